using System.Collections.Concurrent;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// The finished ranges of replicates in a run's folder, as state/CELL_ID/FIRST-LAST: resuming, extending, sharding and combining are all
/// sets of such ranges, disjoint, added up.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="plan">The experiment's plan.</param>
/// <param name="onDamage">Takes the path of a damaged file and what is wrong with it; if it returns, the file is passed over.</param>
/// <param name="held">The lock of the folder, if it is written to.</param>
internal sealed class RangeStore(string folder, Plan plan, Action<string, string> onDamage, FolderLock? held = null)
{
    /// <summary>The folder in a run's folder that holds the ranges.</summary>
    public const string StateFolder = "state";

    private readonly HashSet<string> _unflushed = [];

    // The ranges that are known to be whole, and whether they serve the experiment: each file is looked into once before it is used.
    private readonly ConcurrentDictionary<(string CellId, long First, long Last), bool> _serving = new();

    /// <summary>Whether there is no range of any cell, whole or damaged.</summary>
    public bool IsEmpty => !plan.Cells.SelectMany(FilesOf).Any();

    /// <summary>A cell's finished ranges within some replicates that serve this experiment, disjoint, in rising order.</summary>
    public IReadOnlyList<StoredRange> RangesOf(Cell cell, ReplicateRange within)
    {
        RequireFolder();
        return StoredRange.Choose(FilesOf(cell).Where(range => Serves(cell, range)), within);
    }

    /// <summary>Reads a stored range.</summary>
    public static RangeResult Load(Cell cell, StoredRange range) => StateFile.Decode(cell, File.ReadAllBytes(range.Path));

    /// <summary>The sums over a cell's replicates of a shard, from its first one on as far as there is no gap.</summary>
    public RangeSums SumsOf(Cell cell, ReplicateRange part)
    {
        var total = RangeSums.Empty(plan.Experiment.Iterations, cell, part.First);
        foreach (StoredRange range in RangesOf(cell, part).TakeWhile(range => range.First == total.Last))
        {
            total.Append(Load(cell, range).Sums);
        }

        return total;
    }

    /// <summary>The cell as far as it goes: to the checkpoint that ends it, or to where the time limit ended it.</summary>
    /// <exception cref="InvalidDataException">It is not as far as that.</exception>
    public StoredCell Read(Cell cell, CellTheory theory)
    {
        Experiment experiment = plan.Experiment;
        var sums = RangeSums.Empty(experiment.Iterations, cell, 0);
        var ranges = new List<StoredRange>();
        foreach (long checkpoint in experiment.Checkpoints())
        {
            foreach (StoredRange range in RangesOf(cell, new ReplicateRange(sums.Last, checkpoint)).TakeWhile(range => range.First == sums.Last))
            {
                sums.Append(Load(cell, range).Sums);
                ranges.Add(range);
            }

            if (sums.Last < checkpoint)
            {
                return experiment.Stop?.TimeLimit is not null
                    ? new StoredCell(ranges, sums, StopReason.TimeLimit)
                    : throw new InvalidDataException($"{CellFolder(cell)}: holds {sums.Last} replicates of {checkpoint}");
            }

            if (experiment.Stop is { } stop && stop.IsReached(CellSummary.Of(cell, theory, sums, experiment.Iterations)))
            {
                return new StoredCell(ranges, sums, StopReason.Precision);
            }
        }

        return new StoredCell(ranges, sums, experiment.Stop?.TargetStandardError is null ? StopReason.Replicates : StopReason.MaxReplicates);
    }

    /// <summary>That a folder is there no more.</summary>
    public static IOException Removed(string folder) => new($"{folder}: has been removed while an experiment was running in it");

    /// <summary>Keeps a finished range; it outlasts a power cut once <see cref="Flush"/> has been called.</summary>
    public void Save(Cell cell, RangeResult result)
    {
        Save(cell, result.Sums.First, result.Sums.Last, StateFile.Encode(cell, result));
        _serving[(cell.Id, result.Sums.First, result.Sums.Last)] = Serves(result);
    }

    /// <summary>Keeps a range of another folder, likewise.</summary>
    public void Copy(Cell cell, StoredRange range) => Save(cell, range.First, range.Last, File.ReadAllBytes(range.Path));

    /// <summary>Ends a checkpoint. One flush for many files: the file system's journal takes all their names at once.</summary>
    public void Flush()
    {
        if (_unflushed.Count > 0)
        {
            AtomicFile.FlushFolder(Path.Combine(folder, StateFolder));
            foreach (string path in _unflushed)
            {
                AtomicFile.FlushFolder(path);
            }

            _unflushed.Clear();
        }
    }

    private void Save(Cell cell, long first, long last, byte[] bytes)
    {
        RequireFolder();
        string path = CellFolder(cell);
        Directory.CreateDirectory(path);
        AtomicFile.Replace(Path.Combine(path, StoredRange.FileName(first, last)), stream => stream.Write(bytes));
        _unflushed.Add(path);
    }

    // Files of other names are someone else's.
    private IEnumerable<StoredRange> FilesOf(Cell cell) => Directory.Exists(CellFolder(cell))
        ? Directory.EnumerateFiles(CellFolder(cell)).Select(StoredRange.OfFile).OfType<StoredRange>()
        : [];

    private bool Serves(Cell cell, StoredRange range)
    {
        if (_serving.TryGetValue((cell.Id, range.First, range.Last), out bool serves))
        {
            return serves;
        }

        try
        {
            RangeResult result = Load(cell, range);
            if (result.Sums.Observables != Observable.Of(cell).Count)
            {
                throw new InvalidDataException($"it has {result.Sums.Observables} observables");
            }

            if ((result.Sums.First, result.Sums.Last) != (range.First, range.Last))
            {
                throw new InvalidDataException($"it is of replicates {StoredRange.FileName(result.Sums.First, result.Sums.Last)}");
            }

            return _serving[(cell.Id, range.First, range.Last)] = Serves(result);
        }
        catch (InvalidDataException damage)
        {
            onDamage(range.Path, damage.Message);
            return false;
        }
    }

    private bool Serves(RangeResult result) => result.Sums.Iterations >= plan.Experiment.Iterations
        && (!plan.Experiment.RecordTrajectories || result.Trajectories is not null);

    // A folder that was removed is not made again by its first new file: another process may be about to begin there.
    private void RequireFolder()
    {
        if (held is { FileExists: false })
        {
            throw Removed(folder);
        }
    }

    private string CellFolder(Cell cell) => Path.Combine(folder, StateFolder, cell.Id);
}
