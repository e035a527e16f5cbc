// A record's text, divided so that each piece is covered by the same spans from end to end.

/**
 * Return the pieces of a record's text in order: `text`, the index of the event whose trigger it
 * is (or null), and the arguments that cover it. Offsets count code points, as the record's do.
 * A trigger is one piece, whatever argument ends inside it.
 */
export function pieces(record) {
  const characters = Array.from(record.text);
  const triggers = record.events
    .map((event, index) => ({ ...event.trigger, index }))
    .sort((one, other) => one.start - other.start);
  const spans = record.events.flatMap((event, index) =>
    event.arguments.map((argument) => ({ ...argument, index })),
  );
  const isInsideTrigger = (cut) =>
    triggers.some((trigger) => trigger.start < cut && cut < trigger.end);
  const cuts = new Set([0, characters.length]);
  for (const span of [...triggers, ...spans]) {
    for (const cut of [span.start, span.end]) {
      if (!isInsideTrigger(cut)) cuts.add(cut);
    }
  }
  const edges = [...cuts].sort((one, other) => one - other);
  return edges.slice(0, -1).map((start, number) => {
    const end = edges[number + 1];
    const overlaps = (span) => span.start < end && start < span.end;
    const trigger = triggers.find(overlaps);
    return {
      text: characters.slice(start, end).join(""),
      trigger: trigger === undefined ? null : trigger.index,
      arguments: spans.filter(overlaps),
    };
  });
}
