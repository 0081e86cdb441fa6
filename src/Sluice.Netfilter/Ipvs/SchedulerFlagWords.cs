namespace Sluice.Netfilter.Ipvs;

/// <summary>The names that ipvsadm has for the flags of schedulers: own ones with sh and mh, numbers with others.</summary>
internal static class SchedulerFlagWords
{
    private static readonly (string Name, SchedulerFlags Flag)[] s_words =
    [
        ("flag-1", SchedulerFlags.First), ("flag-2", SchedulerFlags.Second), ("flag-3", SchedulerFlags.Third),
        ("sh-fallback", SchedulerFlags.First), ("sh-port", SchedulerFlags.Second),
        ("mh-fallback", SchedulerFlags.First), ("mh-port", SchedulerFlags.Second),
    ];

    /// <summary>The flags by their names with commas between.</summary>
    public static string Write(string scheduler, SchedulerFlags flags)
    {
        var names = new List<string>();
        foreach (var flag in (SchedulerFlags[])[SchedulerFlags.First, SchedulerFlags.Second, SchedulerFlags.Third])
        {
            if (flags.HasFlag(flag))
            {
                var named = Array.FindAll(s_words, w => w.Flag == flag);
                names.Add(Array.Find(named, w => w.Name.StartsWith($"{scheduler}-", StringComparison.Ordinal)).Name ?? named[0].Name);
            }
        }

        return string.Join(',', names);
    }

    /// <summary>The flags; null when one has no such name.</summary>
    public static SchedulerFlags? Read(string names)
    {
        var flags = SchedulerFlags.None;
        foreach (var name in names.Split(','))
        {
            var found = Array.Find(s_words, w => w.Name == name);
            if (found.Name is null)
            {
                return null;
            }

            flags |= found.Flag;
        }

        return flags;
    }
}
