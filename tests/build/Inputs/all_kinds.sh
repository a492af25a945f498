# all_kinds.sh FOLDER DESCENT: builds every kind of flats.dsc there.
cd "$1" || exit 1
for kind in exe shared static object c; do
    "$2" build flats.dsc -w ../w.safetensors --kind=$kind || exit 1
done
