#include "daemon/control/forms.hpp"

#include <array>
#include <cstdio>

namespace dx::control {

Reply error_reply(const Refusal& refusal) {
    return error_reply(refusal.status, refusal.text);
}

std::string_view family_key(net::Family family) {
    return family == net::Family::Ipv4 ? "ipv4Unicast" : "ipv6Unicast";
}

std::string age_text(Milliseconds age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    const auto minutes = seconds / 60;
    const auto hours = minutes / 60;
    const auto days = hours / 24;
    const auto weeks = days / 7;
    const auto years = days / 365;
    std::array<char, 32> text{};
    const auto print = [&](const char* format, auto... numbers) {
        std::snprintf(text.data(), text.size(), format, static_cast<long long>(numbers)...);
    };
    if (days == 0)
        print("%02lld:%02lld:%02lld", hours, minutes % 60, seconds % 60);
    else if (weeks == 0)
        print("%lldd%02lldh", days, hours % 24);
    else if (years == 0)
        print("%lldw%lldd", weeks, days % 7);
    else
        print("%lldy%lldw", years, days % 365 / 7);
    return text.data();
}

std::int64_t epoch_seconds(Milliseconds ago) {
    const auto then = std::chrono::system_clock::now() - ago;
    return std::chrono::duration_cast<std::chrono::seconds>(then.time_since_epoch()).count();
}

std::string neighbor_label(const net::IpAddress& address, std::string_view interface) {
    auto label = address.to_string();
    if (address.is_scoped() && !interface.empty()) label.append(1, '%').append(interface);
    return label;
}

std::string neighbor_label(const NeighborView& neighbor) {
    return neighbor_label(neighbor.address, neighbor.interface);
}

OrRefusal<bool> all_vrfs_parameter(const Request& request) {
    const auto text = request.parameter("vrf");
    if (!text || *text == "default") return false;
    if (*text == "all") return true;
    return Refusal{"vrf is all or default, not " + std::string(*text)};
}

OrRefusal<std::optional<net::Family>> family_parameter(const Request& request) {
    const auto text = request.parameter("family");
    if (!text || *text == "all") return std::optional<net::Family>{};
    for (const auto family : {net::Family::Ipv4, net::Family::Ipv6})
        if (*text == net::to_string(family)) return std::optional{family};
    return Refusal{"family is ipv4, ipv6 or all, not " + std::string(*text)};
}

OrRefusal<std::optional<net::Prefix>> prefix_parameter(const Request& request,
                                                       std::string_view name) {
    const auto text = request.parameter(name);
    if (!text) return std::optional<net::Prefix>{};
    if (const auto prefix = net::Prefix::parse(*text)) return std::optional{*prefix};
    Refusal refusal{std::string(*text) + " is not a prefix"};
    if (const auto meant = net::Prefix::parse_with_host_bits(*text))
        refusal.text += ": it has bits behind its length; did you mean " + meant->to_string() + "?";
    return refusal;
}

OrRefusal<std::optional<net::IpAddress>> address_parameter(const Request& request) {
    const auto text = request.parameter("address");
    if (!text) return std::optional<net::IpAddress>{};
    if (const auto address = net::IpAddress::parse(*text)) return std::optional{*address};
    return Refusal{std::string(*text) + " is not an IPv4 or IPv6 address"};
}

OrRefusal<TableSelection> table_selection(const Request& request) {
    const auto family = family_parameter(request);
    if (!family) return family.error();
    const auto prefix = prefix_parameter(request);
    if (!prefix) return prefix.error();
    const auto within = prefix_parameter(request, "within");
    if (!within) return within.error();
    const auto address = address_parameter(request);
    if (!address) return address.error();
    if ((*prefix && *address) || (*within && (*prefix || *address)))
        return Refusal{"prefix, within and address exclude each other"};

    const auto* const name = *prefix ? "prefix" : *within ? "within" : "address";
    const auto of_value = *prefix    ? std::optional{(*prefix)->family()}
                          : *within  ? std::optional{(*within)->family()}
                          : *address ? std::optional{(*address)->family()}
                                     : std::nullopt;
    if (of_value && *family && *of_value != **family)
        return Refusal{std::string(request.parameter(name).value()) + " is not an " +
                       (**family == net::Family::Ipv4 ? "IPv4" : "IPv6") +
                       (*address ? " address" : " prefix")};
    return TableSelection{of_value.value_or(family->value_or(net::Family::Ipv4)), *prefix, *within,
                          *address};
}

}  // namespace dx::control
