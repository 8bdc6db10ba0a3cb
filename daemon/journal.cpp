#include "daemon/journal.hpp"

#include <algorithm>
#include <functional>
#include <ranges>
#include <span>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace dx::daemon {

namespace {

constexpr std::size_t kMaxSaid = 32;

// The chapter of the gateways of static routes: a name that no neighbor has. One that comes and
// goes is not to push out what happened to the router.
constexpr std::string_view kGateways = "\ngateways";

bool is_neighbor(std::string_view chapter) {
    return !chapter.empty() && chapter != kGateways;
}

std::string chapter_of(const Event& event) {
    const auto is_gateway = [](const auto& detail) { return detail.first == "gateway"; };
    if (event.neighbor.empty() && std::ranges::any_of(event.details, is_gateway))
        return std::string(kGateways);
    return event.neighbor;
}

// The same of one that was read.
std::string chapter_of(const boost::json::object& event) {
    const auto* const of = event.if_contains("neighbor");
    if (of && of->is_string()) return std::string(of->get_string());
    const auto* const details = event.if_contains("details");
    const bool gateway =
        details && details->is_object() && details->get_object().contains("gateway");
    return std::string(gateway ? kGateways : std::string_view());
}

using Clock = std::chrono::steady_clock;

}  // namespace

Journal::Journal(EventStream& events, Disk& disk, std::shared_ptr<JournalStore> store, Tell tell)
    : Journal(events, disk, std::move(store), std::move(tell), Limits{}) {}

Journal::Journal(EventStream& events, Disk& disk, std::shared_ptr<JournalStore> store, Tell tell,
                 const Limits& limits)
    : events_(events),
      disk_(disk),
      store_(std::move(store)),
      tell_(std::move(tell)),
      limits_(limits),
      file_limit_(limits.file_bytes),
      subscription_(events.subscribe([this](const Event& event) { note(event); })) {}

Journal::~Journal() {
    subscription_.end();
    if (waiting_.empty() && !anew_) return;
    disk_.run([store = store_, anew = anew_, text = anew_ ? everything() : waiting_] {
        anew ? store->replace(text) : store->append(text);
    });
}

// --- Reading.

void Journal::load(const std::vector<std::string>& neighbors) {
    const auto text = store_->load();
    file_size_ = text.size();
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        anew_ = anew_ || end == rest.npos;  // torn
        load_line(rest.substr(0, end));
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    events_.go_on_at(last_sequence_ + 1);
    follow(neighbors);
}

void Journal::load_line(std::string_view line) {
    boost::system::error_code error;
    const auto parsed = boost::json::parse(line, error);
    const auto* const event = error ? nullptr : parsed.if_object();
    const auto* const sequence = event ? event->if_contains("sequence") : nullptr;
    const auto* const kind = event ? event->if_contains("event") : nullptr;
    if (!sequence || !sequence->is_int64() || !kind || !kind->is_string()) {
        anew_ = true;
        return;
    }
    const auto number = static_cast<std::uint64_t>(sequence->get_int64());
    last_sequence_ = std::max(last_sequence_, number);
    // Its sessions end after it said so.
    if (kind->get_string() == to_string(EventKind::Stopped)) last_run_ended_ = true;
    if (kind->get_string() == to_string(EventKind::Started)) {
        last_run_ended_ = false;
        last_start_ = number;
    }
    keep(chapter_of(*event), {number, std::string(line)});
}

std::vector<std::string> Journal::history(const std::string& neighbor, std::size_t count) const {
    std::vector<const Kept*> both;
    for (const auto& name : std::set<std::string>{neighbor, "", std::string(kGateways)}) {
        const auto chapter = chapters_.find(name);
        if (chapter == chapters_.end()) continue;
        const auto& events = chapter->second.events;
        const auto most = name == kGateways ? (count + 3) / 4 : events.size();
        const auto skipped = events.size() - std::min(most, events.size());
        for (const auto& kept : events | std::views::drop(skipped))
            both.push_back(&kept);
    }
    std::ranges::sort(both, {}, &Kept::sequence);
    both.erase(both.begin(),
               both.end() - static_cast<std::ptrdiff_t>(std::min(count, both.size())));
    std::vector<std::string> lines;
    for (const auto* const kept : both)
        lines.push_back(kept->line);
    return lines;
}

// --- Keeping.

bool Journal::is_repeated(const Event& event, Chapter& chapter) {
    switch (event.kind) {
        case EventKind::Established:
        case EventKind::Down: chapter.said.clear(); return false;
        case EventKind::StateChanged:
        case EventKind::AttemptFailed:
        case EventKind::NotificationSent:
        case EventKind::NotificationReceived: break;
        default: return false;
    }
    auto what = std::string(to_string(event.kind)) + ' ' + event.text;
    return chapter.said.size() == kMaxSaid || !chapter.said.insert(std::move(what)).second;
}

void Journal::follow(const std::vector<std::string>& neighbors) {
    configured_ = {neighbors.begin(), neighbors.end()};
    forget_former();
}

// A chapter of another has the same bound as one that is configured; so what is kept of all is
// known, however many neighbors come and go.
void Journal::forget_former() {
    const auto last = [](const Chapter& chapter) {
        return chapter.events.empty() ? 0 : chapter.events.back().sequence;
    };
    std::vector<std::pair<std::uint64_t, std::string>> former;
    for (const auto& [name, chapter] : chapters_)
        if (is_neighbor(name) && !configured_.contains(name))
            former.emplace_back(last(chapter), name);
    if (former.size() <= limits_.former) return;
    std::ranges::sort(former, std::greater());
    for (const auto& [sequence, name] : std::span(former).subspan(limits_.former))
        chapters_.erase(name);
}

void Journal::keep(const std::string& chapter, Kept kept) {
    auto& events = chapters_[chapter].events;
    events.push_back(std::move(kept));
    if (events.size() <= limits_.events) return;
    // Without its start a run that ends without a word would not be noticed.
    const bool keeps_first = events.front().sequence == last_start_;
    events.erase(events.begin() + (keeps_first ? 1 : 0));
}

void Journal::note(const Event& event) {
    const auto chapter = chapter_of(event);
    const bool known = chapters_.contains(chapter);
    if (is_repeated(event, chapters_[chapter])) return;
    auto line = to_json(event);
    if (waiting_.size() + line.size() < limits_.waiting_bytes) {
        waiting_ += line;
        waiting_ += '\n';
    } else {
        anew_ = true;
    }
    if (event.kind == EventKind::Started) last_start_ = event.sequence;
    keep(chapter, {event.sequence, std::move(line)});
    if (!known) forget_former();  // of one that has just been removed, say
    write();
}

// --- Writing.

std::string Journal::everything() const {
    std::vector<const Kept*> all;
    for (const auto& [neighbor, chapter] : chapters_)
        for (const auto& kept : chapter.events)
            all.push_back(&kept);
    std::ranges::sort(all, {}, &Kept::sequence);
    std::string text;
    for (const auto* const kept : all)
        text += kept->line + '\n';
    return text;
}

void Journal::write() {
    if (writing_ || (waiting_.empty() && !anew_)) return;
    if (!trouble_.empty() && Clock::now() < retry_at_) return;
    const bool anew = anew_ || file_size_ + waiting_.size() > file_limit_;
    auto text = anew ? everything() : std::exchange(waiting_, {});
    waiting_.clear();
    anew_ = false;
    writing_ = true;
    const auto bytes = text.size();
    auto error = std::make_shared<std::string>();
    disk_.run([store = store_, anew, text = std::move(text),
               error] { *error = anew ? store->replace(text) : store->append(text); },
              [this, anew, bytes, error] { written(anew, bytes, *error); });
}

// After a failure the next event tries again; the file is whole again as soon as that works.
void Journal::written(bool anew, std::size_t bytes, const std::string& error) {
    writing_ = false;
    if (!error.empty()) {
        anew_ = true;
        retry_at_ = Clock::now() + limits_.retry;
        if (std::exchange(trouble_, error).empty()) tell_(true, error);
        return;
    }
    if (!std::exchange(trouble_, {}).empty()) tell_(false, "it can be written again");
    file_size_ = anew ? bytes : file_size_ + bytes;
    if (anew) file_limit_ = std::max(limits_.file_bytes, 2 * bytes);
    write();
}

}  // namespace dx::daemon
