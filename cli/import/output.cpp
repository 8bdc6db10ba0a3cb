#include "cli/import/output.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "cli/import/networkd.hpp"
#include "cli/import/yaml.hpp"
#include "cli/import/yaml_flow.hpp"

namespace dx::importing {
namespace {

struct Section {
    Note::Kind kind;
    std::string_view title;
    std::string_view word;  // in JSON
};

constexpr std::array kSections{
    Section{Note::Kind::Skipped, "Not taken over", "skipped"},
    Section{Note::Kind::Changed, "Taken over, but not quite the same", "changed"},
    Section{Note::Kind::Advice, "To know", "advice"},
    Section{Note::Kind::Needless, "Needs no line in dxrouted", "needless"},
};

std::string note_line(const Note& note) {
    const auto subject = one_line(note.subject);
    if (note.line == 0) return fmt::format("  {}: {}\n", subject, one_line(note.why));
    const auto where = note.last_line > note.line
                           ? fmt::format("lines {} to {}", note.line, note.last_line)
                           : fmt::format("line {}", note.line);
    return fmt::format("  {}: {}\n      {}\n", where, subject, one_line(note.why));
}

boost::json::object note_json(const Note& note) {
    const auto* const section = std::ranges::find(kSections, note.kind, &Section::kind);
    boost::json::object out{{"kind", section->word}};
    if (note.line != 0) out["line"] = note.line;
    if (note.last_line > note.line) out["lastLine"] = note.last_line;
    out["subject"] = one_line(note.subject);
    out["why"] = one_line(note.why);
    return out;
}

bool has_tunnels(const Configuration& configuration) {
    return std::ranges::any_of(configuration.links,
                               [](const auto& link) { return link.kind == Link::Kind::Xfrm; });
}

std::string next_steps(const Configuration& configuration, const std::string& directory,
                       bool keys) {
    auto text = fmt::format("Next:\n  dxrouted --check --config {}/dxrouted.yaml\n", directory);
    if (keys)
        text += fmt::format(
            "  sudo install -d -m 0750 -o dxrouted -g dxrouted /etc/dxrouted/keys\n"
            "  sudo install -m 0600 -o dxrouted -g dxrouted -t /etc/dxrouted/keys {}/keys/*\n",
            directory);
    text += fmt::format(
        "  sudo install -m 0640 -o dxrouted -g dxrouted -t /etc/dxrouted {}/dxrouted.yaml\n",
        directory);
    if (const auto guessed = std::ranges::find_if(configuration.links, &Link::parent_is_a_guess);
        guessed != configuration.links.end())
        text += fmt::format(
            "  # not yet {}/systemd: its unit takes DHCP and addresses from {}, which is a guess;\n"
            "  # import again with `interface NAME`\n",
            directory, guessed->parent);
    else if (!configuration.links.empty())
        text += fmt::format(
            "  sudo cp -r --no-preserve=mode {}/systemd /etc/\n"
            "  sudo systemctl restart systemd-networkd\n",
            directory);
    if (has_tunnels(configuration))
        text +=
            "  # and the IPsec daemon (strongSwan): a connection a tunnel, if_id as in its "
            ".netdev\n";
    text += "  sudo systemctl restart dxrouted && dxctl show bgp summary\n";
    if (keys || has_tunnels(configuration))  // of a VPN those of IPsec
        text += fmt::format("  # {} has the keys too: keep it as they are kept, or remove it\n",
                            configuration.title);
    return text;
}

}  // namespace

std::vector<File> output_files(const Configuration& configuration) {
    std::vector<File> files{{"dxrouted.yaml", to_yaml(configuration)}};
    for (const auto& neighbor : configuration.neighbors)
        if (!neighbor.key.empty())
            files.push_back({key_file_of(neighbor), neighbor.key + '\n', true});
    if (!configuration.links.empty())
        std::ranges::move(networkd_files(configuration), std::back_inserter(files));
    if (auto notes = notes_text(configuration); !notes.empty())
        files.push_back({"import-notes.txt", std::move(notes)});
    return files;
}

std::string notes_text(const Configuration& configuration) {
    std::string text;
    for (const auto& [kind, title, word] : kSections) {
        std::string lines;
        for (const auto& note : configuration.notes)
            if (note.kind == kind) lines += note_line(note);
        if (!lines.empty())
            text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n", title, lines);
    }
    return text;
}

std::string summary(const Configuration& configuration, const std::vector<File>& files,
                    const std::string& directory) {
    const auto count = configuration.neighbors.size();
    auto text = fmt::format("AS {}, {} neighbor{}. Written to {}:\n", configuration.asn, count,
                            count == 1 ? "" : "s", directory);
    bool keys = false;
    for (const auto& file : files) {
        text += fmt::format("  {}{}\n", file.name, file.secret ? "   (a key: mode 0600)" : "");
        keys |= file.secret;
    }
    if (const auto notes = notes_text(configuration); !notes.empty()) text += '\n' + notes;
    return text + '\n' + next_steps(configuration, directory, keys);
}

std::string summary_json(const Configuration& configuration, const std::vector<File>& files,
                         const std::string& directory, const EarlierFiles& earlier) {
    boost::json::object out{
        {"schema", 1}, {"directory", one_line(directory)}, {"as", configuration.asn}};
    auto& neighbors = out["neighbors"].emplace_array();
    for (const auto& neighbor : configuration.neighbors)
        neighbors.push_back({{"name", neighbor.name.empty() ? neighbor.address : neighbor.name},
                             {"address", neighbor.address},
                             {"remoteAs", neighbor.remote_as}});
    auto& written = out["files"].emplace_array();
    for (const auto& file : files)
        written.push_back({{"name", file.name}, {"secret", file.secret}});
    out["removed"] = boost::json::array(earlier.removed.begin(), earlier.removed.end());
    out["left"] = boost::json::array(earlier.left.begin(), earlier.left.end());
    auto& notes = out["notes"].emplace_array();
    for (const auto& note : configuration.notes)
        notes.push_back(note_json(note));
    return boost::json::serialize(out) + '\n';
}

}  // namespace dx::importing
