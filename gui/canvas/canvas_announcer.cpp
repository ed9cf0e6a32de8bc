#include "gui/canvas/canvas_announcer.h"

#include <algorithm>
#include <QEvent>
#include <QTimer>
#include <utility>

#include "gui/canvas/canvas_accessible.h"
#include "gui/canvas/network_view.h"
#include "gui/canvas/spoken_text.h"

namespace bypath {

namespace {

constexpr size_t most = 20;  // more of one kind are told as one event of the whole canvas

}  // namespace

void tell(QAccessibleInterface* about, QAccessible::Event what) {
  if (!about || !about->isValid()) return;
  QAccessibleEvent event(about, what);
  accessibleListener(&event);
}

CanvasAnnouncer::CanvasAnnouncer(NetworkView& view)
    : QObject(&view), view_(view), active_(QAccessible::isActive()) {
  CanvasAccessible::install();
  QAccessible::installActivationObserver(this);
  connect(&view.network(), &NetworkScene::arranged, this, &CanvasAnnouncer::arranged);
  connect(&view.network(), &QGraphicsScene::selectionChanged, this, &CanvasAnnouncer::selectionMoved);
  view.installEventFilter(this);
  accessibilityActiveChanged(active_);
}

CanvasAnnouncer::~CanvasAnnouncer() {
  QAccessible::removeActivationObserver(this);
}

void CanvasAnnouncer::accessibilityActiveChanged(bool active) {
  active_ = active;
  told_ = active ? now() : Told();
  selected_ = active ? view_.network().selectedNodes() : std::vector<std::string>();
  focused_.clear();
}

CanvasAccessible& CanvasAnnouncer::list() const {
  return *CanvasAccessible::of(view_);
}

CanvasAnnouncer::Told CanvasAnnouncer::now() const {
  const NetworkScene& scene = view_.network();
  Told told{.revision = scene.editor().revision(),
            .container = scene.view().path,
            .name = spokenCanvasName(scene),
            .description = spokenCanvasDescription(scene),
            .nodes = {}};
  for (const NodeItem* item : scene.nodes())
    told.nodes[item->name()] = {spokenName(item->face()), spokenProblems(item->face())};
  return told;
}

// Nodes that are only being dragged, or painted in other colours, say the same as before.
void CanvasAnnouncer::arranged() {
  if (!active_) return;
  const NetworkScene& scene = view_.network();
  if (scene.editor().revision() == told_.revision && scene.view().path == told_.container) return;
  const Told before = std::exchange(told_, now());
  if (before.container != told_.container) selected_.clear();
  tellNodes(before);
  tellCanvas(before);
  selectionMoved();
}

void CanvasAnnouncer::tellNodes(const Told& before) const {
  if (before.container != told_.container) return tell(&list(), QAccessible::ObjectReorder);
  std::vector<std::string> gone, come, renamed, mended;
  for (const auto& [name, spoken] : before.nodes)
    if (!told_.nodes.contains(name)) gone.push_back(name);
  for (const auto& [name, spoken] : told_.nodes) {
    const auto was = before.nodes.find(name);
    if (was == before.nodes.end()) {
      come.push_back(name);
      continue;
    }
    if (was->second.name != spoken.name) renamed.push_back(name);
    if (was->second.problems != spoken.problems) mended.push_back(name);
  }
  if (gone.size() + come.size() > most) {
    tell(&list(), QAccessible::ObjectReorder);
  } else {
    for (const std::string& name : gone) list().sayGoodbye(told_.container, name);
    for (const std::string& name : come) tell(list().node(name), QAccessible::ObjectCreated);
  }
  const auto tellEach = [&](const std::vector<std::string>& names, QAccessible::Event what) {
    if (names.size() > most) return;  // the canvas tells how many problems there are
    for (const std::string& name : names) tell(list().node(name), what);
  };
  tellEach(renamed, QAccessible::NameChanged);
  tellEach(mended, QAccessible::DescriptionChanged);
}

void CanvasAnnouncer::tellCanvas(const Told& before) const {
  if (before.name != told_.name) tell(&list(), QAccessible::NameChanged);
  if (before.description != told_.description) tell(&list(), QAccessible::DescriptionChanged);
}

void CanvasAnnouncer::selectionMoved() {
  if (!active_) return;
  const std::vector<std::string> before = std::exchange(selected_, view_.network().selectedNodes());
  if (before != selected_) tellSelection(before);
  tellFocus();
}

void CanvasAnnouncer::tellSelection(const std::vector<std::string>& before) const {
  const auto lacks = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) == names.end();
  };
  if (before.size() + selected_.size() > most) return tell(&list(), QAccessible::SelectionWithin);
  for (const std::string& name : before)
    if (lacks(selected_, name)) tell(list().node(name), QAccessible::SelectionRemove);
  for (const std::string& name : selected_)
    if (lacks(before, name))
      tell(list().node(name), selected_.size() == 1 ? QAccessible::Selection : QAccessible::SelectionAdd);
}

void CanvasAnnouncer::tellFocus() {
  if (!view_.hasFocus()) return;
  const bool single = selected_.size() == 1;
  const std::string path = single ? view_.network().pathOf(selected_[0]) : std::string();
  if (std::exchange(focused_, path) == path) return;
  tell(single ? list().node(selected_[0]) : &list(), QAccessible::Focus);
}

// Qt tells that the canvas has the focus after this event; the node in it is told of after that.
bool CanvasAnnouncer::eventFilter(QObject* watched, QEvent* event) {
  if (active_ && watched == &view_ && event->type() == QEvent::FocusIn) {
    focused_.clear();
    QTimer::singleShot(0, this, [this] {
      if (active_) tellFocus();
    });
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bypath
