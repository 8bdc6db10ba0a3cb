#include "daemon/control/http.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

// Percent-decoding (RFC 3986 2.1); none where an escape is cut or not hexadecimal.
std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        unsigned byte = 0;
        const auto* const first = text.data() + i + 1;
        const auto [end, error] = std::from_chars(first, first + 2, byte, 16);
        if (error != std::errc{} || end != first + 2) return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

// Calls `take` with each non-empty part; false as soon as it is.
template <class Take>
bool for_each_part(std::string_view text, char separator, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        const auto part = text.substr(0, end);
        if (!part.empty() && !take(part)) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

}  // namespace

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
    if (found == query.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

bool parse_target(std::string_view target, Request& into) {
    if (!target.starts_with('/')) return false;
    const auto mark = std::min(target.find('?'), target.size());
    const bool path_good = for_each_part(target.substr(0, mark), '/', [&](std::string_view part) {
        auto segment = decoded(part);
        if (!segment) return false;
        into.path.push_back(std::move(*segment));
        return true;
    });
    if (!path_good) return false;
    target.remove_prefix(std::min(mark + 1, target.size()));
    return for_each_part(target, '&', [&](std::string_view part) {
        const auto equals = std::min(part.find('='), part.size());
        auto name = decoded(part.substr(0, equals));
        auto value = decoded(part.substr(std::min(equals + 1, part.size())));
        if (!name || !value) return false;
        into.query.emplace_back(std::move(*name), std::move(*value));
        return true;
    });
}

Reply json_reply(std::string body) {
    body += '\n';
    Reply reply;
    reply.body = std::move(body);
    return reply;
}

Reply error_reply(unsigned status, std::string_view text) {
    std::string body;
    JsonWriter(body).begin_object().member("schema", 1).member("error", text).end_object();
    auto reply = json_reply(std::move(body));
    reply.status = status;
    return reply;
}

}  // namespace dx::control
