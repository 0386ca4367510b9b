#!/usr/bin/env bash
# Makes src-main/domain/picture/dpx/libdpx-wasm.ts: libdpx, as the source release of OpenImageIO on PyPI carries it, compiled to
# WebAssembly by the Zig release on PyPI. Both are pinned, so the same bytes come out anywhere.
# `build.sh --check` compares with what is committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target="$here/../../src-main/domain/picture/dpx/libdpx-wasm.ts"
openimageio=3.2.2.0
zig=0.17.0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "ziglang==$zig"
"$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary OpenImageIO \
  --dest "$work" "OpenImageIO==$openimageio"
tar -xzf "$work"/openimageio-*.tar.gz -C "$work"
libdpx="$work/openimageio-$openimageio/src/dpx.imageio/libdpx"

# Changes a line of libdpx; a release where it is another line is looked at anew.
mend() {
  grep -qE "$2" "$libdpx/$1" || { echo "$1 has no line like $2" >&2; exit 1; }
  sed -i -E "s#$2#$3#g" "$libdpx/$1"
}
# places in a file have 64 bits, also where a long has 32
for name in ElementReadStream.h ElementReadStream.cpp DPXStream.h InStream.cpp Reader.cpp; do
  mend "$name" '\blong\b' int64_t
done
# padding counts for the lines before, also when one line is read
mend ReaderInternal.h '\bline(\)?) \* eolnPad' '(line + block.y1)\1 * eolnPad'
# 10 bits: the last word of a line is read also when it holds one sample
mend ReaderInternal.h 'readSize \+= readSize % 3;' 'readSize += 2;'
# 10 bits, one channel: the samples of a line's last word are swapped as those of full words are
mend ReaderInternal.h '\(\(2 - \(count \+ index\) % 3\) \* 10' '((numberOfComponents == 1 ? (count + index) % 3 : 2 - (count + index) % 3) * 10'
mend ReaderInternal.h 'if \(numberOfComponents == 1 &&' 'if (false \&\&'
# Y Cb Cr lie as SMPTE 268M has them (Cb first), so nothing needs swapping back; and blue of Rec. 601 has its sign
mend DPXColorConverter.cpp 'RGB\[2 - i\]' 'RGB[i]'
mend DPXColorConverter.cpp '(input\[\(i )\| 1(\) \* [23]\];	// Cb)' '\1\& ~1\2'
mend DPXColorConverter.cpp '(input\[\(i )& ~1(\) \* [23]\];	// Cr)' '\1| 1\2'
mend DPXColorConverter.cpp '1\.f,	-0\.772f,' '1.f,	1.772f,'

"$work/venv/bin/python" -m ziglang c++ -target wasm32-wasi -mexec-model=reactor -std=c++17 -O3 -mbulk-memory -s \
  -fno-exceptions -fno-rtti -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--export-dynamic -fvisibility=hidden \
  -Wl,--export=malloc -Wl,--export=free -Wl,--max-memory=4294901760 \
  -DNDEBUG -w -ffile-prefix-map="$work"=. -ffile-prefix-map="$here"=. \
  -I"$here" -I"$libdpx" \
  "$here/picture.cpp" "$libdpx"/{Codec,DPX,DPXColorConverter,DPXHeader,ElementReadStream,InStream,Reader,RunLengthEncoding}.cpp \
  -o "$work/libdpx.wasm"

{
  echo "/** Made by tools/libdpx/build.sh: libdpx of OpenImageIO $openimageio as WebAssembly, licence in tools/libdpx/LICENSES.txt. */"
  echo "export const wasm ="
  printf "  '%s'\n" "$(base64 -w0 "$work/libdpx.wasm")"
} >"$work/libdpx-wasm.ts"
if [ "${1-}" = --check ]; then
  cmp "$work/libdpx-wasm.ts" "$target"
else
  cp "$work/libdpx-wasm.ts" "$target"
fi
