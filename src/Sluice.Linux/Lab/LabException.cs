using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sluice.Linux.Lab;

/// <summary>The lab itself failed: never a statement about rules or packets.</summary>
public sealed class LabException(string message) : Exception(message)
{
    /// <summary>The failure of the system call just made.</summary>
    public static LabException FromErrno(string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new LabException($"{call}: {new Win32Exception(errno).Message} (errno {errno})");
    }
}
