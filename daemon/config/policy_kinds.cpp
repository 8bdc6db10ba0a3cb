#include "daemon/config/policy_kinds.hpp"

#include <algorithm>
#include <string_view>

namespace dx::config {
namespace {

constexpr std::size_t kMostPrepends = 32;

std::optional<std::uint32_t> parse_u32(std::string_view text) {
    const auto number = parse_number(text);
    if (!number || *number > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

std::optional<bgp::NumberRange> parse_range(std::string_view text) {
    if (const auto number = parse_u32(text)) return bgp::NumberRange{*number, *number};
    bgp::NumberRange range;
    if (const auto dash = text.find('-'); dash != text.npos) {
        const auto low = parse_u32(text.substr(0, dash)), high = parse_u32(text.substr(dash + 1));
        if (!low || !high) return std::nullopt;
        range = {*low, *high};
    } else {
        bool ge = text.starts_with("ge "), le = false;
        if (ge) {
            text.remove_prefix(3);
            const auto end = std::min(text.find(' '), text.size());
            const auto low = parse_u32(text.substr(0, end));
            if (!low) return std::nullopt;
            range.low = *low;
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        le = text.starts_with("le ");
        if (le) {
            const auto high = parse_u32(text.substr(3));
            if (!high) return std::nullopt;
            range.high = *high;
        }
        if ((!ge && !le) || (!le && !text.empty())) return std::nullopt;
    }
    if (range.low > range.high) return std::nullopt;
    return range;
}

}  // namespace

std::optional<bgp::NumberRange> RangeKind::read(Reader& reader, const Node& value) {
    const auto range = value.is_scalar() ? parse_range(value.text) : std::nullopt;
    if (!range) reader.wrong(value, "a range", "100, 100-200, ge 100, le 200 or ge 100 le 200");
    return range;
}

Node RangeKind::write(const bgp::NumberRange& value) {
    return Node::scalar(to_string(value));
}

Schema RangeKind::schema() {
    return Schema::any_of({Schema::number(0, UINT32_MAX), Schema::text()});
}

std::optional<bgp::NeighborMatch> NeighborMatchKind::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected =
        "the name or address of one under neighbors, or local";
    bgp::NeighborMatch match;
    bool good = true;
    const auto add = [&](const Node& item) {
        const auto* text = reader.text(item, kExpected);
        const auto address = text ? net::IpAddress::parse(*text) : std::nullopt;
        if (!text) {
            good = false;
        } else if (*text == "local") {
            match.local = true;
        } else if (const auto named =
                       reader.neighbor_addresses.find(address ? address->to_string() : *text);
                   named != reader.neighbor_addresses.end()) {
            match.addresses.push_back(named->second);
        } else {
            std::vector<std::string_view> names{"local"};
            for (const auto& [name, known] : reader.neighbor_addresses)
                names.push_back(name);
            reader.unknown_name(item, "a neighbor", names, kExpected);
            good = false;
        }
    };
    if (value.is_list())
        std::ranges::for_each(value.items, add);
    else
        add(value);
    return good ? std::optional(std::move(match)) : std::nullopt;
}

Node NeighborMatchKind::write(const bgp::NeighborMatch& value) {
    auto list = ListOf<Address>::write(value.addresses);
    if (value.local) list.items.push_back(Node::scalar("local"));
    return list;
}

std::optional<bgp::MedChange> MedKind::read(Reader& reader, const Node& value) {
    using Operation = bgp::MedChange::Operation;
    auto text = value.is_scalar() ? std::string_view(value.text) : std::string_view();
    if (text == "none") return bgp::MedChange{Operation::Remove, 0};
    auto operation = Operation::Set;
    if (text.starts_with('+')) operation = Operation::Add;
    if (text.starts_with('-')) operation = Operation::Subtract;
    if (operation != Operation::Set) text.remove_prefix(1);
    if (const auto number = parse_u32(text)) return bgp::MedChange{operation, *number};
    reader.wrong(value, "a MED", "50, +10, -10 or none");
    return std::nullopt;
}

Node MedKind::write(const bgp::MedChange& value) {
    using Operation = bgp::MedChange::Operation;
    switch (value.operation) {
        case Operation::Set: break;
        case Operation::Add: return Node::scalar("+" + std::to_string(value.value));
        case Operation::Subtract: return Node::scalar("-" + std::to_string(value.value));
        case Operation::Remove: return Node::scalar("none");
    }
    return Node::scalar(std::to_string(value.value));
}

Schema MedKind::schema() {
    return Schema::any_of({Schema::number(0, UINT32_MAX), Schema::text("^([+-]?[0-9]+|none)$")});
}

std::optional<PrependKind::Value> PrependKind::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected =
        "how often our own AS number, 1..32, or a list of up to 32 AS numbers";
    if (value.is_list()) {
        auto numbers = ListOf<Asn>::read(reader, value);
        if (numbers && (numbers->empty() || numbers->size() > kMostPrepends)) {
            reader.wrong(value, "", kExpected);
            return std::nullopt;
        }
        return numbers;
    }
    const auto times = value.is_scalar() ? parse_number(value.text) : std::nullopt;
    if (times && *times >= 1 && *times <= kMostPrepends)
        return Value(*times, reader.config().router.asn);
    reader.wrong(value, "possible", kExpected);
    return std::nullopt;
}

Schema PrependKind::schema() {
    return Schema::any_of({Schema::number(1, kMostPrepends), Schema::list(Asn::schema())});
}

}  // namespace dx::config
