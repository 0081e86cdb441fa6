namespace Sluice.Linux.Iptables;

/// <summary>A line of a restore's input.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Table">The table it is about; null before the first.</param>
/// <param name="Chain">The chain it is about; null for a whole table's <c>COMMIT</c>.</param>
/// <param name="Text">The line.</param>
public sealed record RestoreLine(int Number, string? Table, string? Chain, string Text);
