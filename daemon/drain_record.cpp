#include "daemon/drain_record.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

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

// The last word counts, also one that waits for an answer or for room when the loop has ended.
DrainRecord::~DrainRecord() {
    if (!under_way_ && wanted_ == kept_) return;
    disk_.run([file = file_, names = wanted_.value_or(Names())] { write_names(file, names); });
}

DrainRecord::Names DrainRecord::load() {
    const std::string_view so = "; what was drained before is in use now";
    try {
        const auto text = read_whole(file_);
        kept_ = text ? json::value_to<Names>(json::parse(*text).at("drained")) : Names();
    } catch (const std::system_error& error) {
        kept_.reset();
        report_(true, fmt::format("{}{}", error.what(), so));
    } catch (const std::exception&) {
        kept_.reset();
        report_(true, fmt::format("{} is damaged{}", file_.string(), so));
    }
    wanted_ = kept_;
    return kept_.value_or(Names());
}

void DrainRecord::keep(Names names) {
    wanted_ = std::move(names);
    write();
}

// One after the other, so that the file says what was wanted last.
void DrainRecord::write() {
    if (under_way_) return;
    timer_.cancel();
    if (wanted_ == kept_) {  // there is nothing to be written any more, maybe
        if (std::exchange(in_trouble_, false)) report_(false, "the file is right again");
        return;
    }
    under_way_ = true;
    const auto error = std::make_shared<std::string>();
    const auto names = *wanted_;
    disk_.run([file = file_, names, error] { *error = write_names(file, names); },
              [this, names, error] { written(names, *error); });
}

void DrainRecord::written(Names names, const std::string& error) {
    under_way_ = false;
    if (error.empty()) {
        kept_ = std::move(names);
        return write();
    }
    if (!std::exchange(in_trouble_, true))
        report_(true, error + "; a restart takes for drained what was so before");
    if (wanted_ == kept_) return write();
    timer_.expires_after(retry_);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) write();
    });
}

}  // namespace dx::daemon
