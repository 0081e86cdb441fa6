namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Makes the kernel report every rule the packet meets from here on (<c>TRACE</c>).</summary>
public sealed record TracePacket : Statement
{
    /// <summary>The one instance.</summary>
    public static readonly TracePacket Instance = new();

    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Computes the checksum that was left to the network card (<c>CHECKSUM</c>).</summary>
public sealed record FillChecksum : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Writes an audit record (<c>AUDIT</c>).</summary>
/// <param name="Type">What the record claims: accept, drop or reject.</param>
public sealed record Audit(string Type) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Restarts a timer that tells user space when no packet came for a while (<c>IDLETIMER</c>).</summary>
/// <param name="Timeout">Seconds.</param>
/// <param name="Label">The timer's name.</param>
/// <param name="IsAlarm">Whether it wakes a suspended machine.</param>
public sealed record IdleTimer(uint Timeout, string Label, bool IsAlarm) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Feeds a rate estimator that <c>-m rateest</c> asks (<c>RATEEST</c>).</summary>
/// <param name="Name">The estimator.</param>
/// <param name="Interval">How often it samples, as written: <c>250.0ms</c>.</param>
/// <param name="Window">Over which time it averages, as written.</param>
public sealed record EstimateRate(string Name, string Interval, string Window) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Labels the packet for a security module (<c>SECMARK</c>).</summary>
/// <param name="Context">The label.</param>
public sealed record SetSecurityMark(string Context) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Copies the security label between packet and connection (<c>CONNSECMARK</c>).</summary>
/// <param name="IsRestore">From the connection to the packet when true.</param>
public sealed record CopySecurityMark(bool IsRestore) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}
