// A table of the control API, read while it arrives: the API promises one entry a line
// (daemon/control/README.md), so that neither side holds a million routes in memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace dx::cli {

class TableReader {
public:
    using OnObject = std::function<void(const boost::json::object&)>;
    using OnRow = std::function<void(std::string_view key, const boost::json::value&)>;

    // `on_head` gets what stands before the rows, `on_tail` what stands behind them. What they are
    // given is valid during the call.
    TableReader(OnObject on_head, OnRow on_row, OnObject on_tail)
        : on_head_(std::move(on_head)), on_row_(std::move(on_row)), on_tail_(std::move(on_tail)) {}

    // Throws Failure on what is not such a table.
    void feed(std::string_view piece);

private:
    void take_line(std::string_view line);
    void take_head(std::string_view line);

    OnObject on_head_;
    OnRow on_row_;
    OnObject on_tail_;
    std::string partial_;    // a line whose end has not come yet
    std::size_t depth_ = 0;  // objects that the head leaves open; 0: no head yet
    std::string document_;   // scratch
};

}  // namespace dx::cli
