namespace Sluice.Dataplane.Diff;

/// <summary>Takes what iptables-save prints, in its order.</summary>
internal interface ISaveSink
{
    /// <summary>A table begins.</summary>
    public void BeginTable(string table);

    /// <summary>The table has a chain; all of them come before rules.</summary>
    public void DeclareChain(ReadOnlySpan<byte> name);

    /// <summary>A rule of a chain; all of a chain's come together.</summary>
    public void AddRule(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options);

    /// <summary>The table ends.</summary>
    /// <param name="isWhole">Whether all of it was printed.</param>
    public void EndTable(bool isWhole);
}
