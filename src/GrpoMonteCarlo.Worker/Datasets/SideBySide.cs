using System.Runtime.ExceptionServices;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Work on numbered items by several threads, whose results come in the items' order.</summary>
internal static class SideBySide
{
    /// <summary>The results of items 0 to count - 1.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="atOnce">Whose results may be in memory together.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="work">What is done with an item.</param>
    /// <param name="cancellation">Stops between items.</param>
    public static IEnumerable<T> Of<T>(int count, int atOnce, int workers, Func<int, T> work, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        for (int first = 0; first < count; first += atOnce)
        {
            int start = first;
            var batch = new T[Math.Min(atOnce, count - first)];
            try
            {
                Parallel.For(0, batch.Length, options, i => batch[i] = work(start + i));
            }
            catch (AggregateException several)
            {
                ExceptionDispatchInfo.Throw(several.InnerExceptions[0]); // of a disk, all say the same
            }

            foreach (T result in batch)
            {
                yield return result;
            }
        }
    }
}
