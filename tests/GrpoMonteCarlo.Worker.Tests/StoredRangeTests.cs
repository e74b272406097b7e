using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Tests;

public class StoredRangeTests
{
    [Fact]
    public void Disjoint_ranges_that_cover_the_most_are_chosen()
    {
        var random = new System.Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            StoredRange[] ranges = [.. Enumerable.Range(0, random.Next(9)).Select(i =>
            {
                int first = random.Next(20);
                return new StoredRange($"{i}", first, first + 1 + random.Next(8));
            })];
            int begin = random.Next(10);
            var within = new ReplicateRange(begin, begin + random.Next(1, 25));
            IReadOnlyList<StoredRange> chosen = StoredRange.Choose(ranges, within);

            Assert.All(chosen.Zip(chosen.Skip(1)), pair => Assert.True(pair.First.Last <= pair.Second.First));
            Assert.All(chosen, range => Assert.True(range.First >= within.First && range.Last <= within.Last));
            Assert.Equal(MostCovered(ranges, within), chosen.Sum(range => range.Last - range.First));

            // With what is missing they make the whole, once.
            long[] owners = new long[within.Count];
            foreach ((long first, long last) in chosen.Select(range => new ReplicateRange(range.First, range.Last)).Concat(StoredRange.Missing(chosen, within)))
            {
                for (long r = first; r < last; r++)
                {
                    owners[r - within.First]++;
                }
            }

            Assert.All(owners, count => Assert.Equal(1, count));
        }
    }

    // Every subset of up to eight ranges.
    private static long MostCovered(StoredRange[] ranges, ReplicateRange within)
    {
        long most = 0;
        for (int subset = 0; subset < 1 << ranges.Length; subset++)
        {
            StoredRange[] taken = [.. ranges.Where((_, i) => (subset >> i & 1) == 1).OrderBy(range => range.First)];
            bool disjoint = taken.Zip(taken.Skip(1)).All(pair => pair.First.Last <= pair.Second.First);
            if (disjoint && taken.All(range => range.First >= within.First && range.Last <= within.Last))
            {
                most = Math.Max(most, taken.Sum(range => range.Last - range.First));
            }
        }

        return most;
    }
}
