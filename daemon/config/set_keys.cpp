#include "daemon/config/set_keys.hpp"

#include <cctype>
#include <memory>
#include <type_traits>

namespace dx::config {
namespace {

template <class Set>
std::vector<std::string_view> names_of(const std::map<std::string, Set>& sets) {
    std::vector<std::string_view> names;
    for (const auto& [name, set] : sets)
        names.push_back(name);
    return names;
}

template <class Set, class Kind>
std::optional<std::map<std::string, std::shared_ptr<const Set>>> read_sets(Reader& reader,
                                                                           const Node& value,
                                                                           std::string_view what) {
    std::map<std::string, std::shared_ptr<const Set>> sets;
    read_named(reader, value, what, [&](const std::string& name, const Node& list) {
        auto patterns = ListOf<Kind>::read(reader, list);
        // A set with a mistake is defined all the same: those who use it are not to blame.
        sets.emplace(
            name, std::make_shared<const Set>(
                      name, patterns ? *std::move(patterns) : std::vector<typename Kind::Value>()));
    });
    return sets;
}

template <class Kind, class Range>
Node write_list(const Range& patterns) {
    std::vector<Node> items;
    for (const auto& pattern : patterns)
        items.push_back(Kind::write(pattern));
    return Node::list(std::move(items));
}

// What stands alone or in a list, item by item.
template <class Each>
void for_each_item(const Node& value, Each each) {
    if (value.is_list())
        for (const auto& item : value.items)
            each(item);
    else if (!value.is_null())
        each(value);
}

template <class C>
constexpr std::string_view kKindName = "";
template <>
constexpr std::string_view kKindName<bgp::Community> = "community";
template <>
constexpr std::string_view kKindName<bgp::LargeCommunity> = "large-community";
template <>
constexpr std::string_view kKindName<bgp::ExtendedCommunity> = "extended-community";

// Of which kind a set's first community is; the others must be of the same.
template <class C>
bool begins_with(const Node& list) {
    const auto& first = list.is_list() && !list.items.empty() ? list.items.front() : list;
    return first.is_scalar() && bgp::CommunityPattern<C>::parse(first.text);
}

template <class C>
CommunitySetPtr read_community_set(Reader& reader, const std::string& name, const Node& list) {
    auto patterns = ListOf<CommunityPatternKind<C>>::read(reader, list);
    return std::make_shared<const bgp::CommunitySet<C>>(
        name, patterns ? *std::move(patterns) : std::vector<bgp::CommunityPattern<C>>());
}

// No AS_PATH has a letter, so that only a name can be meant.
bool looks_like_name(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return std::isalpha(c) != 0; }) &&
           text.find_first_of("[\\^$*+?(|") == text.npos;
}

}  // namespace

void read_named(Reader& reader, const Node& map, std::string_view what,
                const std::function<void(const std::string&, const Node&)>& read) {
    if (!map.is_map() && !map.is_null()) {
        reader.wrong(map, "a mapping", "NAME: " + std::string(what) + " for each");
        return;
    }
    for (const auto& entry : map.entries) {
        const bool good = is_word(entry.key) && entry.key.size() <= 64 &&
                          std::isalnum(static_cast<unsigned char>(entry.key[0])) != 0;
        if (!good)
            reader.error(entry.key_at, "'" + printable(entry.key) +
                                           "' is not a name (expected up to 64 letters, digits and "
                                           ". _ - : %)");
        const Reader::InKey in_key(reader, entry.key);
        read(entry.key, entry.value);
    }
}

std::optional<bgp::PrefixPattern> PrefixPatternKind::read(Reader& reader, const Node& value) {
    const auto* text = reader.text(value, "a prefix as 10.0.0.0/16 le 24");
    if (!text) return std::nullopt;
    const auto pattern = bgp::parse_prefix_pattern(*text);
    if (pattern) return *pattern;
    reader.problem(value, printable(pattern.error(), 300));
    return std::nullopt;
}

std::optional<bgp::AsPathExpression> AsPathExpressionKind::read(Reader& reader, const Node& value) {
    const auto* text = reader.text(value, "a regular expression as ^64512_");
    if (!text) return std::nullopt;
    auto expression = bgp::AsPathExpression::parse(*text);
    if (!expression) {
        reader.problem(value, printable(expression.error(), 300));
        return std::nullopt;
    }
    if (text->find_first_of("{}") != std::string::npos)
        reader.problem(value,
                       "'" + printable(*text, 60) +
                           "' has braces, which are in no AS path: they are no counts, and a route "
                           "with an AS_SET is not used (expected none)",
                       Severity::Warning);
    return *std::move(expression);
}

std::optional<PrefixSetsKind::Value> PrefixSetsKind::read(Reader& reader, const Node& value) {
    return read_sets<bgp::PrefixSet, PrefixPatternKind>(reader, value, "[PREFIX, …]");
}

Node PrefixSetsKind::write(const Value& value) {
    auto map = Node::map();
    for (const auto& [name, set] : value)
        map.add(name, write_list<PrefixPatternKind>(set->patterns()));
    return map;
}

Schema PrefixSetsKind::schema() {
    return Schema::named(ListOf<PrefixPatternKind>::schema());
}

std::optional<AsPathSetsKind::Value> AsPathSetsKind::read(Reader& reader, const Node& value) {
    return read_sets<bgp::AsPathSet, AsPathExpressionKind>(reader, value, "[EXPRESSION, …]");
}

Node AsPathSetsKind::write(const Value& value) {
    auto map = Node::map();
    for (const auto& [name, set] : value)
        map.add(name, write_list<AsPathExpressionKind>(set->expressions()));
    return map;
}

Schema AsPathSetsKind::schema() {
    return Schema::named(ListOf<AsPathExpressionKind>::schema());
}

std::optional<CommunitySetsKind::Value> CommunitySetsKind::read(Reader& reader, const Node& value) {
    Value sets;
    read_named(reader, value, "[COMMUNITY, …]", [&](const std::string& name, const Node& list) {
        if (begins_with<bgp::LargeCommunity>(list))
            sets.emplace(name, read_community_set<bgp::LargeCommunity>(reader, name, list));
        else if (begins_with<bgp::ExtendedCommunity>(list))
            sets.emplace(name, read_community_set<bgp::ExtendedCommunity>(reader, name, list));
        else
            sets.emplace(name, read_community_set<bgp::Community>(reader, name, list));
    });
    return sets;
}

Node CommunitySetsKind::write(const Value& value) {
    auto map = Node::map();
    const auto write = [](const auto& set) {
        using Pattern = std::remove_cvref_t<decltype(set->patterns().front())>;
        std::vector<Node> items;
        for (const Pattern& pattern : set->patterns())
            items.push_back(Node::scalar(pattern.to_string()));
        return Node::list(std::move(items));
    };
    for (const auto& [name, set] : value)
        map.add(name, std::visit(write, set));
    return map;
}

Schema CommunitySetsKind::schema() {
    return Schema::named(ListOf<CommunityPatternKind<bgp::Community>>::schema());
}

std::optional<bgp::PrefixSetPtr> PrefixSetRef::read(Reader& reader, const Node& value) {
    const auto& sets = reader.config().prefix_sets;
    if (const auto named = value.is_scalar() ? sets.find(value.text) : sets.end();
        named != sets.end())
        return named->second;
    std::vector<bgp::PrefixPattern> patterns;
    for_each_item(value, [&](const Node& item) {
        const auto named = item.is_scalar() ? sets.find(item.text) : sets.end();
        if (named != sets.end()) {
            const auto all = named->second->patterns();
            patterns.insert(patterns.end(), all.begin(), all.end());
        } else if (item.is_scalar() && item.text.find_first_of("/ ") == item.text.npos &&
                   !net::IpAddress::parse(item.text)) {
            reader.unknown_name(item, "a prefix set", names_of(sets),
                                "the name of one under prefix-sets, or 10.0.0.0/16 le 24");
        } else if (const auto pattern = PrefixPatternKind::read(reader, item)) {
            patterns.push_back(*pattern);
        }
    });
    return std::make_shared<const bgp::PrefixSet>("", std::move(patterns));
}

Node PrefixSetRef::write(const bgp::PrefixSetPtr& value) {
    if (!value->name().empty()) return Node::scalar(value->name());
    return write_list<PrefixPatternKind>(value->patterns());
}

std::optional<bgp::AsPathSetPtr> AsPathSetRef::read(Reader& reader, const Node& value) {
    const auto& sets = reader.config().as_path_sets;
    if (const auto named = value.is_scalar() ? sets.find(value.text) : sets.end();
        named != sets.end())
        return named->second;
    std::vector<bgp::AsPathExpression> expressions;
    for_each_item(value, [&](const Node& item) {
        const auto named = item.is_scalar() ? sets.find(item.text) : sets.end();
        if (named != sets.end()) {
            const auto all = named->second->expressions();
            expressions.insert(expressions.end(), all.begin(), all.end());
        } else if (item.is_scalar() && looks_like_name(item.text)) {
            reader.unknown_name(item, "an AS-path set", names_of(sets),
                                "the name of one under as-path-sets, or an expression as ^64512_");
        } else if (auto expression = AsPathExpressionKind::read(reader, item)) {
            expressions.push_back(*std::move(expression));
        }
    });
    return std::make_shared<const bgp::AsPathSet>("", std::move(expressions));
}

Node AsPathSetRef::write(const bgp::AsPathSetPtr& value) {
    if (!value->name().empty()) return Node::scalar(value->name());
    return write_list<AsPathExpressionKind>(value->expressions());
}

template <class C>
std::optional<bgp::CommunitySetPtr<C>> CommunitySetRef<C>::read(Reader& reader, const Node& value) {
    const auto& sets = reader.config().community_sets;
    // The set of that name; null, and an error, if it holds communities of another kind.
    const auto find = [&](const Node& item) -> std::optional<bgp::CommunitySetPtr<C>> {
        const auto named = item.is_scalar() ? sets.find(item.text) : sets.end();
        if (named == sets.end()) return std::nullopt;
        if (const auto* set = std::get_if<bgp::CommunitySetPtr<C>>(&named->second)) return *set;
        reader.wrong(item, "a set of this kind of communities",
                     "one whose communities fit " + std::string(kKindName<C>));
        return bgp::CommunitySetPtr<C>();
    };
    if (const auto named = find(value)) return *named ? named : std::nullopt;

    std::vector<bgp::CommunityPattern<C>> patterns;
    for_each_item(value, [&](const Node& item) {
        if (const auto named = find(item)) {
            if (!*named) return;
            const auto all = (*named)->patterns();
            patterns.insert(patterns.end(), all.begin(), all.end());
        } else if (item.is_scalar() && item.text.find_first_of(":*") == item.text.npos &&
                   !bgp::CommunityPattern<C>::parse(item.text)) {
            reader.unknown_name(
                item, "a community set", names_of(sets),
                "the name of one under community-sets, or a " + std::string(kKindName<C>));
        } else if (auto pattern = CommunityPatternKind<C>::read(reader, item)) {
            patterns.push_back(*std::move(pattern));
        }
    });
    return std::make_shared<const bgp::CommunitySet<C>>("", std::move(patterns));
}

template <class C>
Node CommunitySetRef<C>::write(const Value& value) {
    if (!value->name().empty()) return Node::scalar(value->name());
    return write_list<CommunityPatternKind<C>>(value->patterns());
}

template struct CommunitySetRef<bgp::Community>;
template struct CommunitySetRef<bgp::LargeCommunity>;
template struct CommunitySetRef<bgp::ExtendedCommunity>;

}  // namespace dx::config
