# One target a folder: a folder may include only what its target links (tests/include_direction.py checks it).
option(DX_WERROR "Warnings are errors" OFF)
option(DX_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(DX_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")

add_library(dx_flags INTERFACE)
target_compile_options(dx_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wold-style-cast)
# g++ 12 and 13 see overflows and uninitialized values in inlined libstdc++ that are not there (GCC bugs
# 105329, 105562, 105651, 106199); clang, the sanitizers and valgrind look for real ones.
set(dx_false_alarms
  -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized)
target_compile_options(dx_flags INTERFACE
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:${dx_false_alarms}>")
# What Debian builds with: checked string functions, no lazy binding; its compilers make position-independent programs
# by themselves. (CMake's own switch would compile libraries for being shared, which costs inlining.) The sanitizers
# check more than _FORTIFY_SOURCE does and do not go with it.
if(NOT DX_SANITIZE)
  target_compile_options(dx_flags INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  target_link_options(dx_flags INTERFACE $<$<CONFIG:Release>:-Wl,-z,relro,-z,now,--gc-sections>)
endif()
if(DX_WERROR)
  target_compile_options(dx_flags INTERFACE -Werror)
endif()
if(DX_SANITIZE)
  target_compile_options(dx_flags INTERFACE -fsanitize=${DX_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(dx_flags INTERFACE -fsanitize=${DX_SANITIZE})
endif()
if(DX_FUZZ)
  target_compile_options(dx_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_include_directories(dx_flags INTERFACE ${CMAKE_SOURCE_DIR})

# dx_library(NAME SOURCES … LINKS …): static library NAME, alias dx::NAME.
function(dx_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(dx_${name} STATIC ${arg_SOURCES})
  add_library(dx::${name} ALIAS dx_${name})
  target_link_libraries(dx_${name} PUBLIC dx_flags ${arg_LINKS})
endfunction()

# dx_program(NAME SOURCES … LINKS … DESTINATION …): a program, and where it is installed.
function(dx_program name)
  cmake_parse_arguments(arg "" "DESTINATION" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE dx_flags ${arg_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS ${name} RUNTIME DESTINATION ${arg_DESTINATION})
endfunction()

# dx_test(NAME SOURCES … LINKS … [LABELS …] [DATA]): a Catch2 program, one ctest test.
function(dx_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE dx_flags dx_catch ${arg_LINKS})
  target_precompile_headers(${name} REUSE_FROM dx_catch_pch)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 300)
endfunction()

# dx_fuzzer(NAME SOURCES … LINKS …): `fuzz_NAME` under libFuzzer where DX_FUZZ is on; its corpus
# (tests/fuzz/corpus/NAME) is replayed as the ctest test `corpus_NAME` in every build.
function(dx_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  if(DX_FUZZ)
    add_executable(fuzz_${name} ${arg_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE dx_flags ${arg_LINKS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
  add_executable(corpus_${name} ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/tests/support/corpus_main.cpp)
  target_link_libraries(corpus_${name} PRIVATE dx_flags ${arg_LINKS})
  add_test(NAME corpus_${name}
           COMMAND corpus_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(corpus_${name} PROPERTIES LABELS unit TIMEOUT 120)
endfunction()
