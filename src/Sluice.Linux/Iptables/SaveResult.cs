namespace Sluice.Linux.Iptables;

/// <summary>What reading the kernel's tables gave.</summary>
/// <typeparam name="T">What was made of the dump.</typeparam>
public abstract record SaveResult<T>
{
    private SaveResult()
    {
    }

    /// <summary>The dump is whole.</summary>
    public sealed record Read(T Value) : SaveResult<T>;

    /// <summary>It is not, whatever was read of it.</summary>
    /// <param name="Message">Why, in one line.</param>
    public sealed record Failed(string Message) : SaveResult<T>;
}
