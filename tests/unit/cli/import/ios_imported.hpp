// Imports from IOS and FRR in a test, and what of their results is looked at.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "cli/import/ios.hpp"
#include "cli/import/yaml.hpp"
#include "tests/unit/cli/import/imported.hpp"

namespace dx::importing {

inline Configuration frr(const std::string& text) {
    return read_ios(text, "frr.conf", Dialect::Frr);
}

inline Configuration cisco(const std::string& text) {
    return read_ios(text, "cisco.txt", Dialect::Cisco);
}

// A neighbor of AS 65000 with `lines` of its own, each behind `neighbor 192.0.2.1`.
inline std::string with_neighbor(const Texts& lines) {
    std::string text = "router bgp 65000\n neighbor 192.0.2.1 remote-as 64512\n";
    for (const auto& line : lines)
        text += " neighbor 192.0.2.1 " + line + '\n';
    return text;
}

// The policy of that name as YAML, without its name.
inline std::string policy_text(const Configuration& configuration, const std::string& name) {
    Configuration only;
    only.asn = 65000;
    for (const auto& policy : configuration.policies)
        if (policy.name == name) only.policies.push_back(policy);
    const auto text = to_yaml(only);
    const auto at = text.find("  " + name + ":\n");
    return at == text.npos ? "" : text.substr(at + name.size() + 4);
}

inline const Neighbor& first(const Configuration& configuration) {
    return configuration.neighbors.at(0);
}

// What is said of no line of the file, a line each.
inline std::string advice(const Configuration& configuration) {
    std::string text;
    for (const auto& note : configuration.notes)
        if (note.line == 0) text += note.why + '\n';
    return text;
}

// How many notes there are on lines of the file.
inline std::size_t notes_on_lines(const Configuration& configuration) {
    return static_cast<std::size_t>(std::ranges::count_if(
        configuration.notes, [](const Note& note) { return note.line != 0; }));
}

// The note on a line, or on a block that it is in.
inline std::string note_at(const Configuration& configuration, std::size_t line) {
    std::string why;  // the last one that begins before it is the nearest
    for (const auto& note : configuration.notes)
        if (note.line == line || (note.line < line && line <= note.last_line)) why = note.why;
    return why;
}

}  // namespace dx::importing
