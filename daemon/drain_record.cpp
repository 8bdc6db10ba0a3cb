#include "daemon/drain_record.hpp"

#include <memory>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include "daemon/durable_file.hpp"

namespace dx::daemon {

namespace {

namespace json = boost::json;

// Empty, or why it could not be done.
std::string write_names(const std::filesystem::path& file, const DrainRecord::Names& names) {
    try {
        if (names.empty())
            remove_durably(file);
        else
            write_durably(
                file, json::serialize(json::object{{"drained", json::value_from(names)}}) + '\n');
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

DrainRecord::Names DrainRecord::load() {
    try {
        if (const auto text = read_whole(file_))
            kept_ = json::value_to<Names>(json::parse(*text).at("drained"));
    } catch (const std::system_error& error) {
        report_(true, error.what());
    } catch (const std::exception&) {
        report_(true, file_.string() + " is damaged");
    }
    wanted_ = kept_;
    return kept_;
}

void DrainRecord::keep(Names names) {
    wanted_ = std::move(names);
    write();
}

// One after the other, so that the file says what was wanted last.
void DrainRecord::write() {
    if (wanted_ == kept_ || std::exchange(under_way_, true)) return;
    timer_.cancel();
    const auto error = std::make_shared<std::string>();
    disk_.run([file = file_, names = wanted_, error] { *error = write_names(file, names); },
              [this, names = wanted_, error] { written(names, *error); });
}

void DrainRecord::written(Names names, const std::string& error) {
    under_way_ = false;
    if (error.empty()) kept_ = std::move(names);
    if (std::exchange(in_trouble_, !error.empty()) != in_trouble_)
        report_(in_trouble_, in_trouble_ ? error : "written again");
    if (!in_trouble_) return write();
    timer_.expires_after(retry_);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) write();
    });
}

}  // namespace dx::daemon
