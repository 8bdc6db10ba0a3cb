# Debian's packages, named once; packaging/install-deps.sh installs them. What the daemon needs little of is linked
# statically, without what nobody calls: a shared library costs its resident pages whole (docs/performance.md, idle).
set(Boost_USE_STATIC_LIBS ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json program_options)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBNL REQUIRED IMPORTED_TARGET libnl-3.0)
find_library(LIBNL_ARCHIVE libnl-3.a REQUIRED)
set_target_properties(PkgConfig::LIBNL PROPERTIES INTERFACE_LINK_LIBRARIES "${LIBNL_ARCHIVE};Threads::Threads")
pkg_check_modules(LIBEDIT REQUIRED IMPORTED_TARGET libedit)
find_package(ZLIB REQUIRED)

find_library(YAML_CPP_ARCHIVE libyaml-cpp.a REQUIRED)
add_library(dx_yaml_cpp INTERFACE)
add_library(yaml-cpp::yaml-cpp ALIAS dx_yaml_cpp)
target_link_libraries(dx_yaml_cpp INTERFACE ${YAML_CPP_ARCHIVE})

# Asio with coroutines, without the deprecated parts that slow its headers down.
add_library(dx_asio INTERFACE)
add_library(dx::asio ALIAS dx_asio)
target_link_libraries(dx_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(dx_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
