#include "daemon/config_store.hpp"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "daemon/durable_file.hpp"

namespace dx::daemon {

namespace {

namespace json = boost::json;

constexpr std::string_view kDeeds[] = {"start", "reload", "found", "apply", "rollback", "return"};

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string to_text(const HistoryEntry& entry) {
    json::object object{{"number", entry.number},
                        {"time", entry.time},
                        {"what", to_string(entry.origin.deed)},
                        {"comment", entry.origin.comment},
                        {"text", entry.text}};
    if (entry.origin.user) object["user"] = *entry.origin.user;
    if (entry.confirmed) {
        auto& confirmed = object["confirmed"].emplace_object();
        confirmed["time"] = entry.confirmed->time;
        if (entry.confirmed->user) confirmed["user"] = *entry.confirmed->user;
    }
    return json::serialize(object) + '\n';
}

std::string to_text(const PendingChange& pending) {
    return json::serialize(json::object{{"number", pending.number},
                                        {"deadline", pending.deadline},
                                        {"tried", pending.tried},
                                        {"previous", pending.previous}}) +
           '\n';
}

std::optional<std::uint32_t> user_of(const json::object& object) {
    const auto* const user = object.if_contains("user");
    return user ? std::optional(user->to_number<std::uint32_t>()) : std::nullopt;
}

HistoryEntry entry_of(const json::object& object) {
    HistoryEntry entry;
    entry.number = object.at("number").to_number<std::uint32_t>();
    entry.time = object.at("time").to_number<std::int64_t>();
    const auto* const deed =
        std::ranges::find(kDeeds, std::string_view(object.at("what").as_string()));
    if (deed != std::end(kDeeds)) entry.origin.deed = static_cast<Deed>(deed - kDeeds);
    entry.origin.user = user_of(object);
    entry.origin.comment = object.at("comment").as_string();
    if (const auto* const confirmed = object.if_contains("confirmed"))
        entry.confirmed = {confirmed->at("time").to_number<std::int64_t>(),
                           user_of(confirmed->as_object())};
    entry.text = object.at("text").as_string();
    return entry;
}

PendingChange pending_of(const json::object& object) {
    return {object.at("number").to_number<std::uint32_t>(),
            object.at("deadline").to_number<std::int64_t>(),
            std::string(object.at("tried").as_string()),
            std::string(object.at("previous").as_string())};
}

// None where there is no such file; one that is damaged is an error that names it.
template <class T>
std::optional<T> read_as(const std::filesystem::path& path, T (*make)(const json::object&)) {
    const auto text = read_whole(path);
    if (!text) return std::nullopt;
    try {
        json::parse_options as_it_is;  // what was in the file need not have been UTF-8
        as_it_is.allow_invalid_utf8 = true;
        return make(json::parse(*text, {}, as_it_is).as_object());
    } catch (const std::exception&) {
        throw std::runtime_error(path.string() + " is damaged");
    }
}

// The file itself where the name is a link, or one to a file that is not there yet: so the link
// stays one, and what is written and synced is the directory that the file is in. Found out each
// time, for the operator may let the link point elsewhere.
std::filesystem::path resolved(std::filesystem::path path) {
    constexpr int kMostLinks = 40;  // as the kernel has it
    std::error_code error;
    for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(path, error); ++links) {
        const auto target = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = path.parent_path() / target;  // an absolute one replaces it
    }
    return path;
}

}  // namespace

std::string_view to_string(Deed deed) {
    return kDeeds[static_cast<std::size_t>(deed)];
}

ConfigStore::ConfigStore(Files files, Step step)
    : file_(std::filesystem::absolute(files.config)),
      state_(std::move(files.state)),
      step_(std::move(step)) {}

HistoryEntry ConfigStore::put(std::string_view text, const std::string& previous, Origin origin,
                              std::optional<std::chrono::seconds> confirm_within) {
    if (pending()) throw std::runtime_error("another change waits for its confirmation");
    std::optional<std::uint32_t> added;
    const auto file = resolved(file_);
    try {
        step_("write the file beside");
        const auto beside = write_beside(file, text, file);
        if (const auto there = read_file()) record(Deed::Found, std::nullopt, *there);
        auto entry = add(std::move(origin), text);
        added = entry.number;
        if (confirm_within) wait_for_confirmation(entry, previous, *confirm_within);
        step_("put the file in place");
        put_in_place(beside, file);
        step_("done");
        return entry;
    } catch (const std::runtime_error&) {
        undo(file, added);
        throw;
    }
}

void ConfigStore::undo(const std::filesystem::path& file,
                       std::optional<std::uint32_t> added) const {
    std::error_code ignored;
    std::filesystem::remove(name_beside(file), ignored);
    std::filesystem::remove(pending_file(), ignored);
    if (added) std::filesystem::remove(entry_file(*added), ignored);
}

void ConfigStore::wait_for_confirmation(const HistoryEntry& entry, const std::string& previous,
                                        std::chrono::seconds within) {
    step_("write pending");
    write_durably(pending_file(), to_text(PendingChange{entry.number, now() + within.count(),
                                                        entry.text, previous}));
}

std::uint32_t ConfigStore::confirm(std::optional<std::uint32_t> user) {
    const auto waiting = pending();
    if (!waiting) throw std::runtime_error("no change waits for a confirmation");
    step_("remove pending");
    remove_durably(pending_file());
    note_confirmation(waiting->number, user);
    return waiting->number;
}

void ConfigStore::note_confirmation(std::uint32_t number, std::optional<std::uint32_t> user) const {
    auto noted = readable_entry(number);
    if (!noted) return;
    noted->confirmed = {now(), user};
    try {
        write_durably(entry_file(number), to_text(*noted));
    } catch (const std::runtime_error&) {  // the change stays all the same
    }
}

// `pending` goes last: a crash before that begins anew with the next start.
std::optional<ConfigStore::Returned> ConfigStore::give_back(std::optional<std::uint32_t> user,
                                                            std::string_view why) {
    const auto waiting = pending();
    if (!waiting) return std::nullopt;
    Returned returned{waiting->number, waiting->previous, false};
    const auto there = read_file();
    if (!there || *there == waiting->tried) {
        step_("put the file back");
        const auto file = resolved(file_);
        put_in_place(write_beside(file, waiting->previous, file), file);
    }
    returned.kept_file = there && *there != waiting->tried && *there != waiting->previous;
    if (!latest_says(waiting->previous))
        add({Deed::Return, user,
             std::to_string(waiting->number) + " " + std::string(why) +
                 (returned.kept_file ? "; the file was edited by hand and is kept" : "")},
            waiting->previous);
    step_("remove pending");
    remove_durably(pending_file());
    return returned;
}

void ConfigStore::record(Deed deed, std::optional<std::uint32_t> user, std::string_view text) {
    if (!latest_says(text)) add({deed, user, {}}, text);
}

bool ConfigStore::latest_says(std::string_view text) const {
    const auto before = numbers();
    const auto last = before.empty() ? std::nullopt : readable_entry(before.back());
    return last && last->text == text;
}

HistoryEntry ConfigStore::add(Origin origin, std::string_view text) {
    make_directories();
    const auto before = numbers();
    HistoryEntry entry{before.empty() ? 1 : before.back() + 1, now(), std::move(origin),
                       std::string(text)};
    step_("write history");
    write_durably(entry_file(entry.number), to_text(entry));
    std::error_code ignored;
    for (std::size_t i = 0; i + kMost <= before.size(); ++i)
        std::filesystem::remove(entry_file(before[i]), ignored);
    return entry;
}

void ConfigStore::make_directories() const {
    for (const auto& directory : {state_, history_directory()}) {
        std::error_code error;
        if (!std::filesystem::create_directories(directory, error) && !error) continue;
        if (!error)
            std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
        if (error)
            throw std::system_error(error, "cannot create the directory " + directory.string());
    }
}

void ConfigStore::remove_leftovers() const {
    ::unlink(name_beside(resolved(file_)).c_str());
    std::error_code ignored;
    for (const auto& directory : {state_, history_directory(), state_ / "journal"})
        for (const auto& file : std::filesystem::directory_iterator(directory, ignored))
            if (file.path().extension() == ".new") ::unlink(file.path().c_str());
}

std::optional<std::string> ConfigStore::read_file() const {
    return read_whole(file_);
}

std::optional<PendingChange> ConfigStore::pending() const {
    return read_as(pending_file(), pending_of);
}

std::filesystem::path ConfigStore::entry_file(std::uint32_t number) const {
    return history_directory() / (std::to_string(number) + ".json");
}

std::vector<std::uint32_t> ConfigStore::numbers() const {
    std::vector<std::uint32_t> numbers;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(history_directory(), error)) {
        const auto name = file.path().filename().string();
        std::uint32_t number = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (wrong == std::errc() && std::string_view(end) == ".json") numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::vector<HistoryEntry> ConfigStore::history() const {
    std::vector<HistoryEntry> entries;
    for (const auto number : numbers())
        if (auto found = readable_entry(number)) entries.push_back(std::move(*found));
    return entries;
}

// One that is damaged stands in nobody's way.
std::optional<HistoryEntry> ConfigStore::readable_entry(std::uint32_t number) const {
    try {
        return entry(number);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

std::optional<HistoryEntry> ConfigStore::entry(std::uint32_t number) const {
    return read_as(entry_file(number), entry_of);
}

}  // namespace dx::daemon
