// A description of AWS's, and what becomes of it.
#pragma once

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/import/aws.hpp"
#include "tests/unit/cli/import/imported.hpp"

namespace dx::importing {

inline Configuration import_of(const std::string& text, const AwsOptions& options = {}) {
    return read_aws({{"file", text}}, options);
}

// One private virtual interface; `changes` are members of it, as JSON.
inline std::string vif(const std::string& changes = "{}") {
    auto value = boost::json::parse(R"({"virtualInterfaceId": "dxvif-1", "connectionId": "dxcon-1",
        "virtualInterfaceType": "private", "virtualInterfaceName": "prod", "vlan": 100,
        "asn": 65000, "amazonSideAsn": 64512, "authKey": "secret-key",
        "amazonAddress": "169.254.1.1/30", "customerAddress": "169.254.1.2/30",
        "addressFamily": "ipv4", "virtualInterfaceState": "available", "mtu": 1500})")
                     .as_object();
    const auto changed = boost::json::parse(changes);
    for (const auto& [key, change] : changed.as_object())
        value[key] = change;
    return R"({"virtualInterfaces": [)" + boost::json::serialize(value) + "]}";
}

inline std::string notes_of(const Configuration& configuration, Note::Kind kind) {
    std::string text;
    for (const auto& note : configuration.notes)
        if (note.kind == kind) text += note.subject + ": " + note.why + '\n';
    return text;
}

}  // namespace dx::importing
