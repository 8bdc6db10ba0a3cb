#include "cli/table_reader.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "cli/failure.hpp"

namespace dx::cli {
namespace {

// Parses in memory of its own that goes with it: no allocation for a usual row.
class Parsed {
public:
    explicit Parsed(std::string_view text)
        : memory_(bytes_, sizeof bytes_), value_(boost::json::storage_ptr(&memory_)) {
        boost::system::error_code error;
        value_ = boost::json::parse(text, error, &memory_);
        if (error || !value_.is_object())
            throw Failure("dxrouted sent a table that cannot be read");
    }

    const boost::json::object& object() const { return value_.get_object(); }

private:
    unsigned char bytes_[16 * 1024];
    boost::json::monotonic_resource memory_;
    boost::json::value value_;
};

// How many objects `text` opens and does not close.
std::size_t open_objects(std::string_view text) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '{')
            ++depth;
        else if (!quoted && c == '}')
            --depth;
    }
    return depth;
}

}  // namespace

void TableReader::feed(std::string_view piece) {
    for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        if (partial_.empty()) {
            take_line(piece.substr(0, end));
        } else {
            partial_ += piece.substr(0, end);
            take_line(partial_);
            partial_.clear();
        }
        piece.remove_prefix(end + 1);
    }
    partial_ += piece;
}

void TableReader::take_line(std::string_view line) {
    if (line.empty()) return;
    if (depth_ == 0) return take_head(line);
    if (line.front() == '}') {
        document_ = "{";
        for (auto depth = depth_; depth > 1; --depth)
            document_ += "\"rows\":{";
        document_ += line;
        return on_tail_(Parsed(document_).object());
    }
    if (line.front() == ',') line.remove_prefix(1);
    document_ = "{";
    document_ += line;
    document_ += '}';
    const Parsed row(document_);
    for (const auto& [key, value] : row.object())
        on_row_(key, value);
}

void TableReader::take_head(std::string_view line) {
    depth_ = open_objects(line);
    document_ = line;
    document_.append(depth_, '}');
    const Parsed head(document_);
    if (depth_ == 0) throw Failure("dxrouted sent no table");
    on_head_(head.object());
}

}  // namespace dx::cli
