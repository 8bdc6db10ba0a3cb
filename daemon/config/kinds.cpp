#include "daemon/config/kinds.hpp"

#include <array>

#include "daemon/config/printable.hpp"
#include "libbgp/policy/prefix_set.hpp"

namespace dx::config {
namespace {

constexpr bgp::AsNumber kLastAs = 4294967294;

constexpr WordOf<net::Family> kFamilyWords[] = {{"ipv4", net::Family::Ipv4},
                                                {"ipv6", net::Family::Ipv6}};
using FamilyWord = Word<kFamilyWords>;

}  // namespace

std::optional<bool> Flag::parse(std::string_view text) {
    static constexpr WordOf<bool> kWords[] = {{"true", true},   {"yes", true}, {"on", true},
                                              {"false", false}, {"no", false}, {"off", false}};
    const auto word = std::ranges::find(kWords, text, &WordOf<bool>::word);
    if (word == std::end(kWords)) return std::nullopt;
    return word->value;
}

std::optional<bool> Flag::read(Reader& reader, const Node& value) {
    const auto flag = value.is_scalar() ? parse(value.text) : std::nullopt;
    if (!flag) reader.wrong(value, "true or false", "true | false");
    return flag;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bgp::AsNumber> Asn::parse(std::string_view text) {
    // To some a leading zero means octal, and no AS number is written with one.
    if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;
    const auto dot = text.find('.');
    if (dot == text.npos) {
        const auto number = parse_number(text);
        if (!number || *number > UINT32_MAX) return std::nullopt;
        return static_cast<bgp::AsNumber>(*number);
    }
    const auto high = parse_number(text.substr(0, dot)), low = parse_number(text.substr(dot + 1));
    if (!high || !low || *high > UINT16_MAX || *low > UINT16_MAX) return std::nullopt;
    return static_cast<bgp::AsNumber>((*high << 16) | *low);
}

std::optional<bgp::AsNumber> Asn::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected = "1..4294967294, or asdot as 1.10";
    const auto as = value.is_scalar() ? parse(value.text) : std::nullopt;
    if (!as)
        reader.wrong(value, "an AS number", kExpected);
    else if (*as == 0 || *as > kLastAs)
        reader.wrong(value, "a usable AS number: it is reserved", kExpected);
    else if (*as == bgp::kAsTrans)
        reader.wrong(value, "a usable AS number: RFC 6793 reserves it as AS_TRANS", kExpected);
    else if (*as == UINT16_MAX)
        reader.wrong(value, "a usable AS number: RFC 7300 reserves it", kExpected);
    else
        return as;
    return std::nullopt;
}

Schema Asn::schema() {
    return Schema::any_of(
        {Schema::number(1, kLastAs), Schema::text("^[0-9]+([.][0-9]+)?$"), Schema::decimal()});
}

std::optional<milliseconds> read_duration(Reader& reader, const Node& value,
                                          const DurationBounds& bounds) {
    const auto duration = value.is_scalar() ? text::parse_duration(value.text) : std::nullopt;
    const auto range = text::duration_text(bounds.min) + " to " + text::duration_text(bounds.max);
    if (!duration)
        reader.wrong(value, "a duration",
                     range + ", as 300ms, 30s, 3m or 1h; a bare number is seconds");
    else if (*duration < bounds.min || *duration > bounds.max)
        reader.wrong(value, "in range", range);
    else if (*duration % bounds.step != milliseconds::zero())
        reader.wrong(value, "a whole number of seconds", range);
    else
        return duration;
    return std::nullopt;
}

Schema duration_schema() {
    return Schema::any_of({Schema::number(0, UINT32_MAX), Schema::text("^[0-9]+(ms|s|m|h|d)?$")});
}

std::optional<net::IpAddress> Address::read(Reader& reader, const Node& value) {
    const auto address = value.is_scalar() ? net::IpAddress::parse(value.text) : std::nullopt;
    if (address) return address;
    const auto percent = std::min(value.text.find('%'), value.text.size());
    const bool scoped =
        percent != value.text.size() && net::IpAddress::parse(value.text.substr(0, percent));
    reader.wrong(value, "an address",
                 scoped ? value.text.substr(0, percent) + ", and the interface as a key of its own"
                        : "one as 192.168.1.1 or 2001:db8::1");
    return std::nullopt;
}

namespace {

// The IPv4 address in ::ffff:192.0.2.1, which no packet carries.
std::optional<net::IpAddress> mapped_v4(const net::IpAddress& address) {
    const auto text = address.to_string();
    constexpr std::string_view kMapped = "::ffff:";
    if (!address.is_v6() || !text.starts_with(kMapped)) return std::nullopt;
    return net::IpAddress::parse(std::string_view(text).substr(kMapped.size()));
}

}  // namespace

std::optional<net::IpAddress> HostAddress::read(Reader& reader, const Node& value) {
    const auto address = Address::read(reader, value);
    const bool usable = address && !address->is_unspecified() && !address->is_multicast() &&
                        *address != net::IpAddress::v4(0xffffffff);
    if (!address) return std::nullopt;
    if (const auto v4 = mapped_v4(*address)) {
        reader.wrong(value, "an address of its own", v4->to_string());
        return std::nullopt;
    }
    if (usable) return address;
    reader.wrong(value, "the address of a host", "a unicast address");
    return std::nullopt;
}

std::optional<bgp::RouterId> RouterIdKind::read(Reader& reader, const Node& value) {
    const auto address = value.is_scalar() ? net::IpAddress::parse(value.text) : std::nullopt;
    if (address && address->is_v4() && !address->is_unspecified())
        return bgp::RouterId{address->to_v4()};
    reader.wrong(value, "a router identifier", "four octets as 192.168.1.2, not 0.0.0.0");
    return std::nullopt;
}

std::optional<net::Prefix> PrefixKind::read(Reader& reader, const Node& value) {
    const auto* text = reader.text(value, "a prefix as 10.0.0.0/16");
    if (!text) return std::nullopt;
    const auto prefix = bgp::parse_prefix(*text);
    if (prefix) return *prefix;
    reader.problem(value, printable(prefix.error(), 300));
    return std::nullopt;
}

std::optional<std::string> InterfaceName::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected = "1 to 15 characters as eth0.100";
    const auto* text = reader.text(value, kExpected);
    if (!text) return std::nullopt;
    const bool good = !text->empty() && text->size() <= 15 && is_one_line(*text) &&
                      text->find_first_of(" /:") == text->npos && *text != "." && *text != "..";
    if (good) return *text;
    reader.wrong(value, "an interface name", kExpected);
    return std::nullopt;
}

std::optional<Endpoint> EndpointKind::read(Reader& reader, const Node& value) {
    const std::string_view text = value.is_scalar() ? std::string_view(value.text) : "";
    const auto colon = text.rfind(':');
    if (colon != text.npos) {
        auto host = text.substr(0, colon);
        const bool bracketed = host.starts_with('[') && host.ends_with(']');
        if (bracketed) host = host.substr(1, host.size() - 2);
        const auto address = net::IpAddress::parse(host);
        const auto port = parse_number(text.substr(colon + 1));
        if (address && address->is_v6() == bracketed && port && *port >= 1 && *port <= UINT16_MAX)
            return Endpoint{*address, static_cast<std::uint16_t>(*port)};
    }
    reader.wrong(value, "an address and port", "one as 127.0.0.1:9179 or [::1]:9179");
    return std::nullopt;
}

Node EndpointKind::write(const Endpoint& value) {
    const auto host = value.address.to_string();
    return Node::scalar((value.address.is_v6() ? "[" + host + "]" : host) + ":" +
                        std::to_string(value.port));
}

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') ||
               std::string_view("._-:%").find(c) != std::string_view::npos;
    });
}

std::optional<bgp::Families> FamiliesKind::read(Reader& reader, const Node& value) {
    const auto list = ListOf<FamilyWord>::read(reader, value);
    if (!list) return std::nullopt;
    bgp::Families families;
    for (std::size_t i = 0; i < list->size(); ++i) {
        if (families.contains((*list)[i]) && value.is_list())
            reader.repeated(value.items[i], "'" + value.items[i].text + "'", value.at.line);
        families.insert((*list)[i]);
    }
    if (!families.empty()) return families;
    reader.problem(value, "no family (expected a list of " + FamilyWord::expected() + ")");
    return std::nullopt;
}

Node FamiliesKind::write(bgp::Families value) {
    std::vector<Node> items;
    for (const auto family : bgp::kFamilies)
        if (value.contains(family)) items.push_back(FamilyWord::write(family));
    return Node::list(std::move(items));
}

Schema FamiliesKind::schema() {
    return ListOf<FamilyWord>::schema();
}

std::optional<bgp::PolicyPtr> PolicyName::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected =
        "the name of one under policies, accept-all or reject-all";
    const auto* text = reader.text(value, kExpected);
    if (!text) return std::nullopt;
    if (*text == "accept-all") return bgp::accept_all();
    if (*text == "reject-all") return bgp::reject_all();
    const auto& policies = reader.config().policies;
    if (const auto policy = policies.find(*text); policy != policies.end()) return policy->second;
    std::vector<std::string_view> names{"accept-all", "reject-all"};
    for (const auto& [name, policy] : policies)
        names.push_back(name);
    reader.unknown_name(value, "a policy", names, kExpected);
    return std::nullopt;
}

}  // namespace dx::config
