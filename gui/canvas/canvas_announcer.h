// Tells assistive technologies what happens on the canvas: focus and selection, nodes that come and go, names
// and problems that change. While none listens it keeps nothing and compares nothing.
#pragma once

#include <map>
#include <QAccessible>
#include <QObject>
#include <string>
#include <vector>

namespace bypath {

class CanvasAccessible;
class NetworkView;

// The one way out. Qt passes events on only where a platform has a bridge to assistive technologies; tests,
// which have none, put their own ears here.
using AccessibleListener = void (*)(QAccessibleEvent*);
inline AccessibleListener accessibleListener = &QAccessible::updateAccessibility;
void tell(QAccessibleInterface* about, QAccessible::Event what);

class CanvasAnnouncer : public QObject, public QAccessible::ActivationObserver {
  Q_OBJECT
 public:
  explicit CanvasAnnouncer(NetworkView& view);
  ~CanvasAnnouncer() override;

  bool active() const { return active_; }
  void accessibilityActiveChanged(bool active) override;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Spoken {
    QString name, problems;
  };
  using Nodes = std::map<std::string, Spoken>;
  struct Told {
    int revision = -1;
    std::string container;
    QString name, description;  // of the canvas
    Nodes nodes;
  };
  Told now() const;
  void arranged();
  void tellNodes(const Told& before) const;
  void tellCanvas(const Told& before) const;
  void selectionMoved();
  void tellSelection(const std::vector<std::string>& before) const;
  void tellFocus();
  CanvasAccessible& list() const;

  NetworkView& view_;
  bool active_;
  Told told_;
  std::vector<std::string> selected_;  // nodes of told_.container
  std::string focused_;                // path of the node last told to have the focus; "": the canvas itself
};

}  // namespace bypath
