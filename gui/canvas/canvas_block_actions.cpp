// What keys, the node menu and the repeat badge do with residual blocks and repeats.
#include "core/network/type_ids.h"
#include "gui/canvas/block_picture.h"
#include "gui/canvas/canvas_state.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/picture_menu.h"
#include "gui/document/choice_texts.h"
#include "gui/document/own_blocks.h"

namespace bypath {

using namespace std::string_literals;

void CanvasWidget::State::muteSelected() {
  if (const Result<void> done = edits.mute(scene.selectedNodes()); !done)
    say(done.error().message, single().value_or(std::string()));
}

std::vector<std::string> CanvasWidget::State::selectedBlocks() const {
  std::vector<std::string> blocks;
  for (const std::string& name : scene.selectedNodes())
    if (scene.view().graph.find(name)->type == typeId::residualBlock) blocks.push_back(name);
  return blocks;
}

// Pictures of what each choice makes of the first selected block.
void CanvasWidget::State::chooseForSelected(const std::string& key) {
  const std::vector<std::string> blocks = selectedBlocks();
  if (blocks.empty()) return say(tr("Select a residual block first.").toStdString());
  const AttributeDescription* d = editor.layers().find(typeId::residualBlock)->attributes.find(key);
  const Node& first = *scene.view().graph.find(blocks.front());
  const auto valueOf = [&](const std::string& of, const AttributeValue& fallback) {
    const auto set = first.attributes.find(of);
    return set == first.attributes.end() ? fallback : set->second;
  };
  const QString now = QString::fromStdString(std::get<std::string>(valueOf(key, d->fallback)));
  auto* menu = new PictureMenu(QString::fromStdString(d->label), blockPictureSize(), &widget);
  for (const std::string& choice : d->choices) {
    Attributes shown{{"branch", valueOf("branch", "basic"s)}, {"order", valueOf("order", "original"s)}};
    if (std::get<std::string>(shown["branch"]) == "free") shown["branch"] = "basic"s;
    shown[key] = choice;
    if (choice == "zero-pad" || choice == "projection") {  // which act where the shape changes
      shown["channels"] = int64_t{32};
      shown["stride"] = int64_t{2};
    }
    menu->addChoice(QString::fromStdString(choice),
                    blockPicture(shown, editor.layers(), view->devicePixelRatioF()), choiceTitle(key, choice),
                    choiceNote(key, choice));
  }
  const NodeItem* item = scene.node(blocks.front());
  menu->open(global(item->sceneCard().topRight()), now, [this, blocks, key](const QString& choice) {
    const Result<void> done = edits.setChoice(blocks, key, choice.toStdString());
    if (!done) say(done.error().message, blocks.front());
    view->setFocus();
  });
}

void CanvasWidget::State::unrollSelected() {
  const auto name = single();
  if (!name) return say(tr("Select one repeated block or part first.").toStdString());
  const Result<CanvasEdits::Names> names = edits.unroll(*name);
  if (!names) return say(names.error().message, *name);
  scene.selectNodes(*names);
}

void CanvasWidget::State::saveSelectedToPalette() {
  const std::vector<std::string> selected = scene.selectedNodes();
  if (selected.empty()) return say(tr("Select what the palette should keep first.").toStdString());
  QRectF place = scene.node(selected.front())->cardRect().translated(scene.node(selected.front())->pos());
  place.setHeight(style::headerHeight);
  editInPlace(place, tr("Name in the palette"), QString::fromStdString(selected.front()),
              [this, selected](const QString& name) {
                const Result<void> saved = ownBlocks().save(name, edits.copy(selected));
                say(saved ? tr("The palette has %1 now, under My blocks.").arg(name).toStdString()
                          : saved.error().message,
                    selected.front());
              });
}

void CanvasWidget::State::insertOwn(const std::string& name, QPointF at, const std::optional<Port>& port,
                                    const std::optional<Wire>& wire) {
  const Result<QString> text = ownBlocks().text(QString::fromStdString(name));
  if (!text) return say(text.error().message);
  const Result<CanvasEdits::Names> names =
      edits.insertPiece(*text, tr("Add %1").arg(QString::fromStdString(name)), at, port, wire);
  if (!names) return say(names.error().message);
  scene.selectNodes(*names);
}

void CanvasWidget::State::repeatSelected() {
  std::vector<std::string> repeatable;
  for (const std::string& name : scene.selectedNodes()) {
    const LayerType* type = editor.layers().find(scene.view().graph.find(name)->type);
    if (type && type->attributes.find("repeat")) repeatable.push_back(name);
  }
  if (repeatable.empty())
    return say(
        tr("Residual blocks and parts can be repeated; group other layers into a part first.").toStdString(),
        single().value_or(std::string()));
  editRepeat(repeatable);
}

void CanvasWidget::State::editRepeat(const std::vector<std::string>& names) {
  const NodeItem* item = scene.node(names.front());
  const QRectF badge = item->repeatRect().translated(item->pos());
  editInPlace(badge.adjusted(-12, -4, 12, 4), tr("Repeat count"), QString::number(item->face().repeat),
              [this, names](const QString& text) {
                bool isNumber = false;
                const qlonglong count = text.toLongLong(&isNumber);
                if (!isNumber)
                  return say(tr("A repeat count is a whole number, such as 18.").toStdString(),
                             names.front());
                if (const Result<void> done = edits.setRepeat(names, count); !done)
                  say(done.error().message, names.front());
              });
}

void CanvasWidget::State::editInPlace(const QRectF& place, const QString& title, const QString& text,
                                      std::function<void(const QString&)> commit) {
  commitLine = std::move(commit);
  const QRect rect = view->mapFromScene(place).boundingRect();
  for (QAction* action : widget.actions()) action->setEnabled(false);  // keys belong to the line now
  line->setAccessibleName(title);
  line->setText(text);
  line->setGeometry(rect.x(), rect.y(), std::max(rect.width(), 64), std::max(rect.height(), 28));
  line->show();
  line->selectAll();
  line->setFocus(Qt::OtherFocusReason);
}

void CanvasWidget::State::finishLine(bool keep) {
  if (!commitLine) return;
  const auto commit = std::exchange(commitLine, nullptr);
  for (QAction* action : widget.actions()) action->setEnabled(true);
  line->hide();
  view->setFocus(Qt::OtherFocusReason);
  if (keep) commit(line->text().trimmed());
}

}  // namespace bypath
