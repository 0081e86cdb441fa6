using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sluice.KernelTests.Lab;

/// <summary>The instrument itself failed: never a statement about rules or packets.</summary>
public sealed class LabException(string message) : Exception(message)
{
    internal static LabException FromErrno(string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new LabException($"{call}: {new Win32Exception(errno).Message} (errno {errno})");
    }
}
