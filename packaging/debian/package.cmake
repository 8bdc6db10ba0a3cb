# The Debian package. Its version ends in the release that it was built on, whose libraries it needs: the one for
# Debian 13 replaces the one for Debian 12 when a machine is upgraded.
set(DX_MAINTAINER "The dxrouted authors <dxrouted@example.org>" CACHE STRING
    "Who builds the package and is to be written to: Name <address>")
set(debian ${CMAKE_CURRENT_LIST_DIR})
set(VERSION_ID "")
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release release REGEX "^VERSION_ID=")
  string(REGEX REPLACE "^VERSION_ID=\"?([0-9]+).*$" "\\1" VERSION_ID "${release}")
endif()
set(debian_version ${PROJECT_VERSION}+deb${VERSION_ID})

install(FILES ${debian}/copyright DESTINATION ${documentation})
string(TIMESTAMP debian_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${debian}/changelog.in ${CMAKE_CURRENT_BINARY_DIR}/changelog.debian @ONLY)
dx_compressed(changelog INPUT ${CMAKE_CURRENT_BINARY_DIR}/changelog.debian COMMAND cat DESTINATION ${documentation})
dx_compressed(NEWS INPUT ${CMAKE_SOURCE_DIR}/CHANGELOG.md COMMAND cat DESTINATION ${documentation})
install(FILES ${debian}/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME dxrouted)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dxrouted)
set(CPACK_PACKAGE_CONTACT ${DX_MAINTAINER})
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_VERSION ${debian_version})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "BGP router for the customer edge of AWS Direct Connect")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Peers with AWS over Direct Connect virtual interfaces and VPN tunnels by eBGP
with MD5 and BFD, keeps the Linux kernel's routes true to what it learnt,
moves the traffic of a failed circuit in a few messages however many routes
there are, and says why whenever something is not as it should be.

The client dxctl speaks the words of FRR and Cisco IOS and makes a
configuration from what AWS hands out.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd (>= 252), init-system-helpers (>= 1.54)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "iproute2")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/conffiles)
include(CPack)
