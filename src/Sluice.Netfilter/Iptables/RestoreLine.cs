namespace Sluice.Netfilter.Iptables;

/// <summary>One line of the input of iptables-restore.</summary>
/// <param name="Table">The table it changes.</param>
/// <param name="Chain">The chain it is about; null for the lines that begin and end a table.</param>
/// <param name="Text">The line.</param>
public sealed record RestoreLine(string Table, string? Chain, string Text);
