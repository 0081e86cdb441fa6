using System.Runtime.InteropServices;

namespace Sluice.Linux.Netlink;

/// <summary>What the kernel's error numbers mean when it speaks netlink.</summary>
internal static class Errnos
{
    /// <summary>As the end of a sentence: <c>exists already (EEXIST)</c>.</summary>
    internal static string Describe(int errno) => errno switch
    {
        1 => "is not permitted: it needs CAP_NET_ADMIN, and a table may belong to another program (EPERM)",
        2 => "does not exist, or names what does not (ENOENT)",
        3 => "does not exist (ESRCH)",
        4 => "changed while it was read (EINTR)",
        11 => "got no answer in time (EAGAIN)",
        12 => "is more than the kernel has memory for (ENOMEM)",
        13 => "is not permitted (EACCES)",
        16 => "is in use, or there with other contents (EBUSY)",
        17 => "exists already (EEXIST)",
        19 => "names a device that does not exist (ENODEV)",
        22 => "is not valid (EINVAL)",
        23 => "does not fit: the set is full (ENFILE)",
        24 => "is used too often (EMFILE)",
        31 => "is jumped to through too many chains (EMLINK)",
        34 => "has a number or a name out of range (ERANGE)",
        36 => "has a name that is too long (ENAMETOOLONG)",
        40 => "makes chains jump in a circle (ELOOP)",
        75 => "has a number that is too large (EOVERFLOW)",
        85 => "was planned for rules that have changed meanwhile (ERESTART)",
        90 => "is longer than the socket's buffer may grow (EMSGSIZE)",
        93 => "needs a part of the kernel that is not there (EPROTONOSUPPORT)",
        95 => "is not supported by this kernel or at this place (EOPNOTSUPP)",
        105 => "had answers that were lost, since there was no room for them (ENOBUFS)",
        _ => $"failed: {Marshal.GetPInvokeErrorMessage(errno)} ({errno})",
    };
}
