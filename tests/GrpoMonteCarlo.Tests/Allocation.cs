namespace GrpoMonteCarlo.Tests;

/// <summary>What some work allocates on this thread.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least of a few repetitions, in bytes, after one to warm up: a collection that other tests cause closes this thread's allocation
    /// buffer, and what was left of it is counted as allocated. What the work itself allocates is counted every time.
    /// </summary>
    public static long Of(Action work)
    {
        work();
        return Enumerable.Range(0, 10).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }
}
