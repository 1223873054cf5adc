# Builds with zig, which brings clang and the C libraries of other systems: -DHANDFUL_ZIG=PROGRAM, and
# -DHANDFUL_ZIG_TARGET=x86_64-linux-musl, aarch64-linux-musl, x86_64-macos… or aarch64-macos…. For macOS clang links
# with LLVM's linker, since zig's leaves in what nothing uses: -DHANDFUL_ZIG_LIBRARIES=FILES is what it links with.

# Trials are not linked: zig would build the whole C++ library for them, and again for the addon, a shared library.
set(CMAKE_CXX_COMPILER_ID_TEST_FLAGS_FIRST -c)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HANDFUL_ZIG HANDFUL_ZIG_TARGET)
string(REGEX MATCH "^[^-]+" CMAKE_SYSTEM_PROCESSOR ${HANDFUL_ZIG_TARGET})
if(HANDFUL_ZIG_TARGET MATCHES macos)
  set(CMAKE_SYSTEM_NAME Darwin)
  # What cmake looks for and this build has no use for.
  set(CMAKE_INSTALL_NAME_TOOL true)
  set(CMAKE_OSX_SYSROOT "")
  string(REGEX REPLACE "-macos." "-apple-macos" APPLE_TARGET ${HANDFUL_ZIG_TARGET})
  set(HANDFUL_LINKER "clang --target=${APPLE_TARGET} -fuse-ld=lld -nostdlib")
else()
  set(CMAKE_SYSTEM_NAME Linux)
  # Stripped as it is linked, the C++ library with it: no other program knows all of these systems.
  set(CMAKE_SHARED_LINKER_FLAGS_INIT -s)
endif()
set(CMAKE_CXX_COMPILER ${HANDFUL_ZIG} c++ -target ${HANDFUL_ZIG_TARGET})
set(CMAKE_CXX_ARCHIVE_CREATE "${HANDFUL_ZIG} ar qc <TARGET> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_FINISH "${HANDFUL_ZIG} ranlib <TARGET>")
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE NEVER)
