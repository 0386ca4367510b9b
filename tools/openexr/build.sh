#!/usr/bin/env bash
# Makes src-main/domain/picture/exr/openexr-wasm.ts: OpenEXRCore with libdeflate and zstd, as its own source release on PyPI
# carries them, compiled to WebAssembly by the Zig release on PyPI. Both are pinned, so the same bytes come out anywhere.
# `build.sh --check` compares with what is committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target="$here/../../src-main/domain/picture/exr/openexr-wasm.ts"
openexr=3.5.3
zig=0.17.0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "ziglang==$zig"
"$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary OpenEXR --dest "$work" "OpenEXR==$openexr"
tar -xzf "$work"/openexr-*.tar.gz -C "$work"
source="$work/openexr-$openexr"
core="$source/src/lib/OpenEXRCore"

# what CMake would write
mkdir -p "$work/config/Imath"
touch "$work/config/Imath/ImathConfig.h"
cat >"$work/config/OpenEXRConfig.h" <<'CONFIG'
#define OPENEXR_VERSION_EXTRA ""
#define OPENEXR_EXPORT
#define OPENEXR_HIDDEN
CONFIG
echo '#define OPENEXR_USE_INTERNAL_DEFLATE 1
#define OPENEXR_USE_INTERNAL_ZSTD 1' >"$work/config/OpenEXRConfigInternal.h"
echo '#define ILMTHREAD_THREADING_ENABLED 0' >"$work/config/IlmThreadConfig.h"

# WebAssembly has 64-bit words whatever the size of its addresses
sed -i 's/^typedef size_t machine_word_t;/typedef u64 machine_word_t;/' "$source/external/deflate/common_defs.h"
# ours for WebAssembly take the place of these (zip_bytes.c)
sed -i 's/^internal_zip_reconstruct_bytes (/plain_reconstruct_bytes (/' "$core/internal_zip.c"
sed -i 's/^#define adler32_impl DEFAULT_IMPL/u32 adler32_simd (u32, const u8*, size_t);\n#define adler32_impl adler32_simd/' \
  "$source/external/deflate/lib/adler32.c"
zstd="$source/external/zstd/lib"
deflate="$source/external/deflate"
# __e2k__: OpenEXR's faster Huffman decoder, which it has for little-endian machines it knows; this is the flag without assembler
"$work/venv/bin/python" -m ziglang cc -target wasm32-wasi -mexec-model=reactor -O3 -msimd128 -mbulk-memory -s \
  -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--export-dynamic -fvisibility=hidden \
  -Wl,--export=malloc -Wl,--export=free -Wl,-z,stack-size=1048576 -Wl,--max-memory=4294901760 \
  -DNDEBUG -DZSTD_DISABLE_ASM -DXXH_NAMESPACE=ZSTD_ -DZSTDLIB_VISIBLE= -DZSTDERRORLIB_VISIBLE= -DZSTDLIB_STATIC_API= -DOPENEXR_CORE_FUNCTIONS_EMBEDDED -D__e2k__ -w \
  -ffile-prefix-map="$work"=. \
  -I"$work/config" -I"$core" -I"$deflate" -I"$zstd" \
  "$here"/*.c "$core"/*.c \
  "$zstd"/common/*.c "$zstd"/decompress/*.c "$zstd"/compress/*.c \
  -o "$work/openexr.wasm"

{
  echo "/** Made by tools/openexr/build.sh: OpenEXRCore $openexr as WebAssembly, licences in tools/openexr/LICENSES.txt. */"
  echo "export const wasm ="
  printf "  '%s'\n" "$(base64 -w0 "$work/openexr.wasm")"
} >"$work/openexr-wasm.ts"
if [ "${1-}" = --check ]; then
  cmp "$work/openexr-wasm.ts" "$target"
else
  cp "$work/openexr-wasm.ts" "$target"
fi
