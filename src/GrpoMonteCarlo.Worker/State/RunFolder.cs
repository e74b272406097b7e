using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// A folder of results. It belongs to one name, seed and stream version, which state/run.json says from the first moment and
/// manifest.json once the run is done. Finished ranges are in state/CELL_ID/FIRST-LAST.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    public const string Manifest = "manifest.json";
    public const string Summary = "summary.parquet";
    public const string Cells = "cells.parquet";
    public const string PassAtK = "pass_at_k.parquet";
    public const string Trajectories = "trajectories.parquet";

    private const string StateFolder = "state";
    private const string Identity = "run.json";
    private const string Lock = "lock";

    private readonly Plan _plan;
    private readonly Action<string> _warn;

    private readonly FolderLock _lock;
    private readonly List<string> _unflushed = [];

    private RunFolder(string path, Plan plan, FolderLock held, Action<string> warn)
    {
        Path = path;
        _plan = plan;
        _lock = held;
        _warn = warn;
    }

    public string Path { get; }

    /// <summary>Opens a folder for an experiment, or prepares a new one.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="fresh">Whether to delete an earlier run that is there.</param>
    /// <param name="warn">Takes a line where something unexpected was found and got over.</param>
    /// <exception cref="BadInputException">The folder holds another run, or something that is no run.</exception>
    public static RunFolder Open(string path, Plan plan, bool fresh, Action<string> warn)
    {
        if (File.Exists(path))
        {
            throw new BadInputException($"{path}: is a file; the results need a folder");
        }

        CheckOwner(path, plan.Experiment, fresh);
        var folder = new RunFolder(path, plan, Hold(path, warn), warn);
        try
        {
            CheckOwner(path, plan.Experiment, fresh); // again: another process may have begun a run and left
            folder.Begin(fresh);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Why something could not be done in the folder, in one line.</summary>
    public string Explain(Exception fault) => _lock.FileExists ? fault.Message : Removed().Message;

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The path of one of the folder's files.</summary>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// The cell's finished ranges that serve this experiment, disjoint, in rising order. One that is damaged is deleted with a warning:
    /// its replicates are computed again.
    /// </summary>
    public IReadOnlyList<StoredRange> RangesOf(Cell cell)
    {
        RequireFolder();
        string folder = CellFolder(cell);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var ranges = new List<StoredRange>();
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            try
            {
                RangeResult result = StateFile.Decode(cell.Id, File.ReadAllBytes(file));
                if (result.Sums.Observables != Observable.Of(cell).Count)
                {
                    throw new InvalidDataException($"it has {result.Sums.Observables} observables");
                }

                bool serves = result.Sums.Iterations >= _plan.Experiment.Iterations
                    && (!_plan.Experiment.RecordTrajectories || result.Trajectories is not null);
                if (serves)
                {
                    ranges.Add(new StoredRange(file, result.Sums.First, result.Sums.Last));
                }
            }
            catch (InvalidDataException damage)
            {
                _warn($"{file}: {damage.Message}; its replicates are computed again");
                File.Delete(file);
            }
        }

        return StoredRange.Choose(ranges, _plan.Experiment.Replicates);
    }

    /// <summary>Reads a stored range.</summary>
    public static RangeResult Load(Cell cell, StoredRange range) => StateFile.Decode(cell.Id, File.ReadAllBytes(range.Path));

    /// <summary>The sums over all of the cell's replicates; null where there are none.</summary>
    /// <exception cref="InvalidDataException">Not all of the replicates are there: what was finished has been damaged since.</exception>
    public RangeSums? LoadSums(Cell cell)
    {
        if (_plan.Experiment.Replicates == 0)
        {
            return null;
        }

        var total = RangeSums.Empty(_plan.Experiment.Iterations, cell);
        foreach (StoredRange range in RangesOf(cell).TakeWhile(range => range.First == total.Last))
        {
            total.Append(Load(cell, range).Sums);
        }

        return total.Replicates == _plan.Experiment.Replicates
            ? total
            : throw new InvalidDataException($"{CellFolder(cell)}: holds {total.Replicates} replicates of {_plan.Experiment.Replicates}");
    }

    /// <summary>Keeps a finished range; it outlasts a power cut once <see cref="Flush"/> has been called.</summary>
    public void Save(Cell cell, RangeResult result)
    {
        RequireFolder();
        string folder = CellFolder(cell);
        Directory.CreateDirectory(folder);
        byte[] bytes = StateFile.Encode(cell.Id, result);
        AtomicFile.Replace(System.IO.Path.Combine(folder, $"{result.Sums.First}-{result.Sums.Last}"), stream => stream.Write(bytes));
        _unflushed.Add(folder);
    }

    /// <summary>Ends a checkpoint. One flush for many files: the file system's journal takes all their names at once.</summary>
    public void Flush()
    {
        if (_unflushed.Count > 0)
        {
            AtomicFile.FlushFolder(System.IO.Path.Combine(Path, StateFolder));
            _unflushed.ForEach(AtomicFile.FlushFolder);
            _unflushed.Clear();
        }
    }

    private static FolderLock Hold(string path, Action<string> warn)
    {
        string state = System.IO.Path.Combine(path, StateFolder);
        try
        {
            AtomicFile.CreateFolder(state);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException || (fault is IOException && !SystemError.IsFull(fault)))
        {
            throw new BadInputException($"{path}: cannot be made a folder of results: {fault.Message}");
        }

        return FolderLock.Take(path, System.IO.Path.Combine(state, Lock), warn);
    }

    private static void CheckOwner(string path, Experiment experiment, bool fresh)
    {
        string manifest = System.IO.Path.Combine(path, Manifest);
        string state = System.IO.Path.Combine(path, StateFolder);
        string identity = System.IO.Path.Combine(state, Identity);

        // A process that was killed at its very first moment leaves a state folder without an identity, and without any cell.
        bool untouched = !Directory.Exists(path)
            || Directory.EnumerateFileSystemEntries(path).All(entry => entry == state && !Directory.EnumerateDirectories(state).Any());
        if (untouched && !File.Exists(identity))
        {
            return;
        }

        string owner = File.Exists(identity) ? identity : manifest;
        if (!File.Exists(owner))
        {
            throw new BadInputException($"{path}: is not empty and holds no run of this program; choose another folder with --out");
        }

        if (fresh)
        {
            return;
        }

        (string? name, long? seed, int? streamVersion) = ReadOwner(owner);
        if (name != experiment.Name || seed != experiment.Seed || streamVersion != Plan.StreamVersion)
        {
            throw new BadInputException(
                $"{path}: holds a run of \"{name}\", seed {seed}, stream version {streamVersion}; "
                + $"this is \"{experiment.Name}\", seed {experiment.Seed}, stream version {Plan.StreamVersion}. Choose another folder with --out, or replace it with --fresh");
        }
    }

    private static (string? Name, long? Seed, int? StreamVersion) ReadOwner(string file)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(InputFile.ReadSmall(file, InputFile.ManifestMegabytes), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonNode? experiment = root?["experiment"] ?? root; // the manifest has them inside the experiment
            return ((string?)experiment?["name"], (long?)experiment?["seed"], (int?)root?["streamVersion"]);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new BadInputException($"{file}: cannot be read, so whose run this is cannot be told; delete it or choose another folder with --out");
        }
    }

    private void Begin(bool fresh)
    {
        if (fresh)
        {
            DeleteRun();
        }

        AtomicFile.DeleteLeftovers(Path);
        JsonObject identity = new()
        {
            ["name"] = _plan.Experiment.Name,
            ["seed"] = _plan.Experiment.Seed,
            ["streamVersion"] = Plan.StreamVersion,
        };
        AtomicFile.Write(System.IO.Path.Combine(Path, StateFolder, Identity), stream => JsonSerializer.Serialize(stream, identity));
    }

    // A folder that was removed is not made again by its first new file: another process may be about to begin there.
    private void RequireFolder()
    {
        if (!_lock.FileExists)
        {
            throw Removed();
        }
    }

    private IOException Removed() => new($"{Path}: has been removed while an experiment was running in it");

    private void DeleteRun()
    {
        foreach (string cell in Directory.EnumerateDirectories(System.IO.Path.Combine(Path, StateFolder)))
        {
            Directory.Delete(cell, recursive: true);
        }

        foreach (string name in new[] { Manifest, Summary, Cells, PassAtK, Trajectories })
        {
            File.Delete(FileAt(name));
        }
    }

    private string CellFolder(Cell cell) => System.IO.Path.Combine(Path, StateFolder, cell.Id);
}
