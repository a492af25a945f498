# on_arm.sh CALLER: links it with two libraries for aarch64 and runs it, if there is a compiler
# and an emulator for that.
command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null || exit 0
aarch64-linux-gnu-gcc -static -I. "$1" -L. -lflats -lproduct -lm -o arm && qemu-aarch64 ./arm >arm.bytes
