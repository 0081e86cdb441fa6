using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules;

/// <summary>
/// What a rule does. Statements that are not a <see cref="Verdict"/> change the packet or only observe it, and evaluation goes on.
/// </summary>
public abstract record Statement : RulePart
{
    /// <summary>Whether the statement leaves packet and path alone (logging, tracing): a tracer need not fork for it.</summary>
    public virtual bool IsObserver => false;

    /// <summary>Changes the packet as the kernel would. Verdicts are carried out by the tracer instead.</summary>
    public virtual void ApplyTo(TracedPacket packet)
    {
    }
}
