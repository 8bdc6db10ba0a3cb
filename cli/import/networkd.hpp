// The units for systemd-networkd that make an import's interfaces: VLANs with addresses and MTU,
// XFRM interfaces for tunnels, and the setting without which networkd removes other programs'
// routes.
#pragma once

#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

// Names relative to the import's directory: systemd/network/…, systemd/networkd.conf.d/….
std::vector<File> networkd_files(const Configuration& configuration);

}  // namespace dx::importing
