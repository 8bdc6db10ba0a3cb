// A default route of ours that the export policy of a public virtual interface would let out.
#pragma once

#include "daemon/config/reader.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// When all has been read: static routes stand after the neighbors.
void check_default_routes(Reader& reader, const Node& root);

}  // namespace dx::config
