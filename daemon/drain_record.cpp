#include "daemon/drain_record.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

namespace dx::daemon {

namespace json = boost::json;

DrainRecord::DrainRecord(boost::asio::io_context& io, Disk& disk,
                         const std::filesystem::path& state, StateRecord::Report report,
                         std::chrono::milliseconds retry)
    : record_(io, disk, state / "drained.json",
              {"what was drained before is in use now",
               "a restart takes for drained what was so before"},
              std::move(report), retry) {}

DrainRecord::Names DrainRecord::load() {
    Names names;
    record_.load([&names](const std::string& text) {
        names = json::value_to<Names>(json::parse(text).at("drained"));
    });
    return names;
}

void DrainRecord::keep(const Names& names) {
    record_.keep(names.empty()
                     ? std::string()
                     : json::serialize(json::object{{"drained", json::value_from(names)}}) + '\n');
}

}  // namespace dx::daemon
