// Built from yaml-cpp's events, not from its nodes: those keep repeated keys silently and share
// aliased parts, which a hostile file can make grow without bound.
#include "daemon/config/yaml_tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "daemon/config/printable.hpp"
#include "libfib/text/utf8.hpp"

namespace dx::config {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxNodes = 1'000'000;  // aliases counted as often as they are used

struct Stop {
    TextError error;
};

Position position_of(const YAML::Mark& mark) {
    return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

class TreeBuilder : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::vector<TextError>& errors) : errors_(errors) {}

    std::optional<Node> take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        finish(make(Node::Kind::Null, mark), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto target = anchors_.find(anchor);
        if (target == anchors_.end())
            throw Stop{{position_of(mark),
                        "an alias inside of what it stands for (expected it behind the end of "
                        "its anchor's value)"}};
        count(target->second.size, mark);
        auto copy = target->second.node;
        copy.at = position_of(mark);
        finish(std::move(copy), 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse(tag, mark);
        auto node = make(Node::Kind::Scalar, mark);
        node.text = value;
        finish(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        refuse(tag, mark);
        open(Node::Kind::List, mark, anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        refuse(tag, mark);
        open(Node::Kind::Map, mark, anchor);
    }

    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        YAML::anchor_t anchor = 0;
        std::size_t first = 0;  // count_ when it began
        std::optional<Node> key{};
        std::map<std::string, Position, std::less<>> keys{};
    };

    struct Anchored {
        Node node;
        std::size_t size = 0;
    };

    void count(std::size_t nodes, const YAML::Mark& mark) {
        count_ += nodes;
        if (count_ > kMaxNodes)
            throw Stop{{position_of(mark),
                        "too many values (expected at most 1000000, those that an alias stands "
                        "for counted each time)"}};
    }

    // "?" and "!" are yaml-cpp's for a value without and for one in quotes.
    void refuse(const std::string& tag, const YAML::Mark& mark) {
        if (tag.empty() || tag == "?" || tag == "!") return;
        errors_.push_back({position_of(mark), "a tag, '" + printable(tag) +
                                                  "' (expected the value alone, without '!')"});
    }

    Node make(Node::Kind kind, const YAML::Mark& mark) {
        count(1, mark);
        Node node;
        node.kind = kind;
        node.at = position_of(mark);
        return node;
    }

    void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (open_.size() == kMaxDepth)
            throw Stop{{position_of(mark), "nested too deeply (expected at most 32 levels)"}};
        const auto first = count_;
        open_.push_back({.node = make(kind, mark), .anchor = anchor, .first = first});
    }

    void close() {
        auto done = std::move(open_.back());
        open_.pop_back();
        finish(std::move(done.node), done.anchor, count_ - done.first);
    }

    void finish(Node node, YAML::anchor_t anchor, std::size_t size = 1) {
        if (anchor != 0) {
            count(size, YAML::Mark());  // the copy kept for aliases
            anchors_[anchor] = {node, size};
        }
        if (open_.empty()) {
            if (node.is_null()) node.at = {};
            root_ = std::move(node);
        } else if (open_.back().node.is_list()) {
            open_.back().node.items.push_back(std::move(node));
        } else if (!open_.back().key) {
            open_.back().key = std::move(node);
        } else {
            add_entry(open_.back(), std::move(node));
        }
    }

    void add_entry(Open& map, Node value) {
        const auto key = *std::exchange(map.key, std::nullopt);
        if (!key.is_scalar()) {
            errors_.push_back({key.at, "a key that is not a word (expected KEY: VALUE)"});
            return;
        }
        const auto [first, is_new] = map.keys.emplace(key.text, key.at);
        if (!is_new) {
            errors_.push_back({key.at, "the key '" + printable(key.text) + "' stands here again " +
                                           "(expected once; first in line " +
                                           std::to_string(first->second.line) + ")"});
            return;
        }
        if (value.is_null()) value.at = key.at;  // yaml-cpp points behind it, to what comes next
        map.node.entries.push_back({key.text, key.at, std::move(value)});
    }

    std::vector<TextError>& errors_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::optional<Node> root_;
    std::size_t count_ = 0;
};

// The first byte that cannot stand in a configuration.
std::optional<TextError> find_bad_byte(std::string_view text) {
    Position at;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto character = text::first_character(text.substr(i));
        if (c == '\r' && text.substr(i, 2) != "\r\n")
            return TextError{at, "a carriage return alone (expected lines that end in LF)"};
        if (!character.valid) return TextError{at, "this is not UTF-8 (expected a text file)"};
        if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
            return TextError{at, "a control character (expected a text file)"};
        i += character.size;
        at.column += static_cast<int>(character.size);
        if (c == '\n') at = {at.line + 1, 1};
    }
    return std::nullopt;
}

// Where a tab indents the line, or the next one: YAML wants blanks, and its complaint comes late.
std::optional<Position> find_tab(std::string_view text, int line) {
    for (int at = 1; at <= line + 1 && !text.empty(); ++at) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto tab = text.substr(0, text.substr(0, end).find_first_not_of(" \t")).find('\t');
        if (at >= line && tab != std::string_view::npos)
            return Position{at, static_cast<int>(tab) + 1};
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
}

// What was meant, for the complaints of yaml-cpp that leave one guessing.
struct Meant {
    std::string_view complaint;
    std::string_view expected;
};

constexpr Meant kMeant[] = {
    {"illegal map value", "KEY: VALUE, with a KEY of at most 1024 bytes"},
    {"the referenced anchor is not defined", "'&NAME VALUE' somewhere before '*NAME'"},
};

std::string lowered(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

std::string explained(std::string complaint) {
    const auto meant = std::ranges::find(kMeant, complaint, &Meant::complaint);
    if (meant != std::end(kMeant)) complaint += " (expected " + std::string(meant->expected) + ")";
    return complaint;
}

}  // namespace

std::optional<Node> parse_yaml(std::string_view text, std::vector<TextError>& errors) {
    if (auto bad = find_bad_byte(text)) {
        errors.push_back(std::move(*bad));
        return std::nullopt;
    }
    // The end of the document, spelt out: yaml-cpp takes a quote that is never closed for closed by
    // the end of the file.
    const auto whole = std::string(text) + "\n...\n";
    try {
        std::istringstream stream{whole};
        YAML::Parser parser(stream);
        TreeBuilder builder(errors);
        if (!parser.HandleNextDocument(builder)) return Node::map();
        auto root = builder.take_root();
        TreeBuilder rest(errors);
        if (parser.HandleNextDocument(rest)) {
            const auto second = rest.take_root();
            errors.push_back({second ? second->at : Position{},
                              "a second YAML document (expected one in the file)"});
        }
        return root;
    } catch (const Stop& stop) {
        errors.push_back(stop.error);
    } catch (const YAML::Exception& error) {
        const auto last_line = 1 + std::ranges::count(text, '\n');
        const auto at = position_of(error.mark);
        if (const auto tab = find_tab(text, at.line))
            errors.push_back({*tab, "a tab (expected blanks: YAML is not indented with tabs)"});
        else if (at.line > last_line)
            errors.push_back({at,
                              "this is not YAML: the file ends inside of a value (expected a "
                              "closing quote or bracket)"});
        else
            errors.push_back({at, "this is not YAML: " + explained(lowered(error.msg))});
    }
    return std::nullopt;
}

}  // namespace dx::config
