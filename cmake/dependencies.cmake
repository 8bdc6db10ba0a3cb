# Debian's packages, named once; packaging/install-deps.sh installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json program_options)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBNL REQUIRED IMPORTED_TARGET libnl-3.0)
pkg_check_modules(LIBEDIT REQUIRED IMPORTED_TARGET libedit)
find_package(ZLIB REQUIRED)

# yaml-cpp 0.7 (Debian 12) exports `yaml-cpp`, 0.8 (Debian 13) `yaml-cpp::yaml-cpp`.
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# Asio with coroutines, without the deprecated parts that slow its headers down.
add_library(dx_asio INTERFACE)
add_library(dx::asio ALIAS dx_asio)
target_link_libraries(dx_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(dx_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
