#include "daemon/state_record.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "daemon/durable_file.hpp"

namespace dx::daemon {

namespace {

// Empty, or why it could not be done.
std::string write_text(const std::filesystem::path& file, const std::string& text) {
    try {
        if (text.empty())
            remove_durably(file);
        else
            write_durably(file, text);
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

// The last word counts, also one that waits for an answer or for room when the loop has ended.
StateRecord::~StateRecord() {
    if (!under_way_ && wanted_ == kept_) return;
    disk_.run([file = file_, text = wanted_.value_or("")] { write_text(file, text); });
}

void StateRecord::load(const std::function<void(const std::string& text)>& take) {
    kept_.reset();
    try {
        const auto text = read_whole(file_);
        if (text) take(*text);
        kept_ = text.value_or("");
    } catch (const std::system_error& error) {
        report_(true, fmt::format("{}; {}", error.what(), words_.unread));
    } catch (const std::exception&) {
        report_(true, fmt::format("{} is damaged; {}", file_.string(), words_.unread));
    }
    wanted_ = kept_;
}

void StateRecord::keep(std::string text) {
    wanted_ = std::move(text);
    write();
}

// One after the other, so that the file says what was wanted last.
void StateRecord::write() {
    if (under_way_) return;
    timer_.cancel();
    if (wanted_ == kept_) {  // there is nothing to be written any more, maybe
        if (!std::exchange(trouble_, {}).empty()) report_(false, "the file is right again");
        return tell_waiting();
    }
    under_way_ = true;
    const auto error = std::make_shared<std::string>();
    const auto text = *wanted_;
    disk_.run([file = file_, text, error] { *error = write_text(file, text); },
              [this, text, error] { written(text, *error); });
}

void StateRecord::written(std::string text, const std::string& error) {
    under_way_ = false;
    if (error.empty()) {
        kept_ = std::move(text);
        return write();
    }
    if (std::exchange(trouble_, error).empty())
        report_(true, fmt::format("{}; {}", error, words_.unwritten));
    if (wanted_ == kept_) return write();
    tell_waiting();
    timer_.expires_after(retry_);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) write();
    });
}

void StateRecord::when_written(Written tell) {
    waiting_.push_back(std::move(tell));
    if (!under_way_) tell_waiting();
}

void StateRecord::tell_waiting() {
    for (const auto& tell : std::exchange(waiting_, {}))
        tell(trouble_);
}

}  // namespace dx::daemon
