# Writes FILES as C arrays to OUT: cmake -DOUT=std.c "-DFILES=a.dsc;b.dsc" -P embed.cmake
set(arrays "")
set(table "")
set(count 0)
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const char text${count}[] = {${bytes}0};\n")
  string(APPEND table "    {\"std/${name}\", text${count}, ${length}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUT} "#include \"frontend/lang/lang.h\"\n\n${arrays}
const LangStdFile lang_std[] = {\n${table}};
const size_t lang_std_count = ${count};\n")
