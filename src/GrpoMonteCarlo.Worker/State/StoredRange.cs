using System.Globalization;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>A range of replicates that a state file holds.</summary>
internal sealed record StoredRange(string Path, long First, long Last)
{
    /// <summary>FIRST-LAST, the name of a range's file.</summary>
    public static string FileName(long first, long last) => string.Create(CultureInfo.InvariantCulture, $"{first}-{last}");

    /// <summary>The range that a file's name says it holds; null for another name.</summary>
    public static StoredRange? OfFile(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        return name.Split('-') is [var first, var last]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long from)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long to)
            && name == FileName(from, to)
            ? new StoredRange(path, from, to)
            : null;
    }

    /// <summary>
    /// Disjoint ranges within others that cover the most of them, in rising order. There may be overlaps to choose from where an
    /// experiment was run with fewer replicates in between.
    /// </summary>
    public static IReadOnlyList<StoredRange> Choose(IEnumerable<StoredRange> ranges, ReplicateRange within)
    {
        StoredRange[] byEnd = [.. ranges
            .Where(range => range.First >= within.First && range.Last <= within.Last)
            .OrderBy(range => range.Last)
            .ThenBy(range => range.First)
            .ThenBy(range => range.Path, StringComparer.Ordinal)];

        // best[i]: the most replicates that the first i ranges can cover.
        long[] best = new long[byEnd.Length + 1];
        int[] before = new int[byEnd.Length]; // how many ranges end before this one begins
        for (int i = 0; i < byEnd.Length; i++)
        {
            int low = 0;
            int high = i;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = byEnd[middle].Last <= byEnd[i].First ? (middle + 1, high) : (low, middle);
            }

            before[i] = low;
            best[i + 1] = Math.Max(best[i], best[low] + byEnd[i].Last - byEnd[i].First);
        }

        var chosen = new List<StoredRange>();
        for (int i = byEnd.Length; i > 0;)
        {
            if (best[i] == best[i - 1])
            {
                i--;
            }
            else
            {
                chosen.Add(byEnd[i - 1]);
                i = before[i - 1];
            }
        }

        chosen.Reverse();
        return chosen;
    }

    /// <summary>What of a range disjoint ones within it, in rising order, leave out.</summary>
    public static IEnumerable<ReplicateRange> Missing(IEnumerable<StoredRange> chosen, ReplicateRange of)
    {
        long next = of.First;
        foreach (StoredRange range in chosen)
        {
            if (range.First > next)
            {
                yield return new ReplicateRange(next, range.First);
            }

            next = range.Last;
        }

        if (next < of.Last)
        {
            yield return new ReplicateRange(next, of.Last);
        }
    }
}
