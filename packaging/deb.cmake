# Packages for Debian 12, made by `cpack` in a build folder: bypath, and bypath-cuda where the plug-in is built.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME bypath)
set(CPACK_PACKAGE_VENDOR "Bypath")
set(CPACK_PACKAGE_CONTACT "Bypath's maintainers <bypath@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "residual networks, drawn, trained and looked into")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_COMPONENTS_ALL bypath)
set(CPACK_DEBIAN_PACKAGE_SECTION science)

set(CPACK_DEBIAN_BYPATH_PACKAGE_NAME bypath)
set(CPACK_DEBIAN_BYPATH_PACKAGE_SHLIBDEPS ON)
# Descriptions follow the summary, which all packages share.
set(CPACK_DEBIAN_BYPATH_DESCRIPTION "A program to design, train and look into residual networks: a desktop,
bypath-studio, and a command line, bypath.")

# NVIDIA's libraries are in no archive of Debian: their packages cannot be depended on, only named.
if(TARGET bypath_cuda)
  list(APPEND CPACK_COMPONENTS_ALL cuda)
  set(CPACK_DEBIAN_CUDA_PACKAGE_NAME bypath-cuda)
  set(CPACK_DEBIAN_CUDA_PACKAGE_SECTION contrib/science)
  set(CPACK_DEBIAN_CUDA_PACKAGE_DEPENDS "bypath (= ${PROJECT_VERSION}), libc6, libgcc-s1, libstdc++6")
  get_target_property(cuda_version bypath_cuda BYPATH_CUDA_VERSION)
  string(REGEX MATCH "^[0-9]+" cuda_major ${cuda_version})
  string(REPLACE "." "-" cuda_package ${cuda_version})
  set(CPACK_DEBIAN_CUDA_DESCRIPTION "The plug-in through which bypath trains on an NVIDIA GPU of compute
capability 7.5 or newer. It needs NVIDIA's driver for CUDA ${cuda_major}, and from NVIDIA's archive
libcublas-${cuda_package} and libcudnn9-cuda-${cuda_major}, in the system or in
/usr/local/cuda/lib64.")
endif()
include(CPack)
