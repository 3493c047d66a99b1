-- PostgreSQL 18
-- holds units 0001_initial 057927e2a788f35d
-- holds people 0001_initial 9cdf48e6a92693ab
-- holds account 0001_initial 6f27ff6bdf57521a
-- holds account 0002_email_max_length c956ab7a3c3660a1
-- holds account 0003_alter_emailaddress_create_unique_verified_email 66b6f1939621bcfa
-- holds account 0004_alter_emailaddress_drop_unique_email ebc6317e90c47d7a
-- holds account 0005_emailaddress_idx_upper_email e7569f1662da1754
-- holds account 0006_emailaddress_lower 54adb08cb3fba66b
-- holds account 0007_emailaddress_idx_email 87fad70bfde8ae29
-- holds account 0008_emailaddress_unique_primary_email_fixup 794bf875bdbef9c4
-- holds account 0009_emailaddress_unique_primary_email 79762cfa7b1e1d7c
-- holds casework 0001_initial d5ad47f8a8a5d60b
-- holds casework 0002_room_in_pages d62bb77c96b46dde
-- holds casework 0003_list_indexes d5ef63a31d71bda1
-- holds casework 0004_recused 848e66b84a9a162c
-- holds assessment 0001_initial 987d455c3abb9f91
-- holds assessment 0002_appeal 4a6d54d9c180f742
-- holds contenttypes 0001_initial 35ed8489a147e0b4
-- holds contenttypes 0002_remove_content_type_name 7d36494075750f0e
-- holds auth 0001_initial 845cff319606332f
-- holds auth 0002_alter_permission_name_max_length feaf97e0e8f7d148
-- holds auth 0003_alter_user_email_max_length 9d5657b4db9872dc
-- holds auth 0004_alter_user_username_opts 9538db342c9a9bec
-- holds auth 0005_alter_user_last_login_null 79f60a35dc000fdd
-- holds auth 0006_require_contenttypes_0002 00cb16e3405f14b6
-- holds auth 0007_alter_validators_add_error_messages 115db87dc327530f
-- holds auth 0008_alter_user_username_max_length 02857f65f7d64814
-- holds auth 0009_alter_user_last_name_max_length 19a89500e7f108a7
-- holds auth 0010_alter_group_name_max_length 0963ed6498ac0b3a
-- holds auth 0011_update_proxy_permissions 85a5dde708dc4b61
-- holds auth 0012_alter_user_first_name_max_length 6cefbc9f80903763
-- holds axes 0001_initial e4c0194cf158395b
-- holds axes 0002_auto_20151217_2044 a092989bdd502de7
-- holds axes 0003_auto_20160322_0929 ff269df1341caca0
-- holds axes 0004_auto_20181024_1538 71cdafbe7458c772
-- holds axes 0005_remove_accessattempt_trusted baf3f5f6de5b5ee8
-- holds axes 0006_remove_accesslog_trusted 82850f25ae37e081
-- holds axes 0007_alter_accessattempt_unique_together c9fdd81629030721
-- holds axes 0008_accessfailurelog 2680dce9ecfcd4df
-- holds axes 0009_add_session_hash 82762be269ea4c62
-- holds axes 0010_accessattemptexpiration 524ca5b4566a41b8
-- holds casework 0005_sealed_files fddfcb41a916f4f0
-- holds casework 0006_one_index_of_sight cec8c8c5176fe47e
-- holds bulletins 0001_initial 93e190fdadc49909
-- holds calendars 0001_initial 8d31a2c892f7d711
-- holds people 0002_confidential_clerk 5c9616829560578c
-- holds customers 0001_initial ac468f2b51105c01
-- holds contacts 0001_initial 658a8c58df07e9eb
-- holds chat 0001_initial f0f130e74c9bcf2c
-- holds cis 0001_initial 14653c72e88e8ab1
-- holds crews 0001_initial 927adf1b8a52d1a6
-- holds customers 0002_facts 9a48c847db38dc5a
-- holds customers 0003_finding e753a0b2695f9d8f
-- holds customers 0004_readings d685b8d0199eb3b9
-- holds dataquality 0001_initial 8b963c3da21a0a1d
-- holds demo 0001_initial 988d947b6d91690e
-- holds knowledge 0001_initial 531923c4378bca1b
-- holds desk 0001_initial 59fb0bc1efa5a6af
-- holds events 0001_initial 31929148ad8df83d
-- holds field 0001_initial 30804377a8110ec3
-- holds grid 0001_initial d60c9630ee4a9d4b
-- holds grid 0002_imports 1c576f21066f8a79
-- holds grid 0003_place daf35c60e7e073ce
-- holds grid 0004_load c1bf2cd95598531a
-- holds hall 0001_initial effcf0f1deb8c790
-- holds idempotency 0001_initial a509dde765d3b03c
-- holds indicators 0001_initial 03400a84ac0d81dc
-- holds journal 0001_initial d82c268f2ca9979d
-- holds keyaccounts 0001_initial 24e8ffbd5fe45182
-- holds mfa 0001_initial a42b6353f2ed5dd7
-- holds mfa 0002_authenticator_timestamps b6566eb07301e2e4
-- holds mfa 0003_authenticator_type_uniq 88550a456154080c
-- holds notices 0001_initial 130b7dbe2cf74555
-- holds notices 0002_alter_message_state d84a8fbdbcbd217b
-- holds notices 0003_person 87e041e68b601a0a
-- holds notices 0004_part_and_one_click 7bb9715ff4b7ef0d
-- holds notices 0005_subscribers 818903260fc5910b
-- holds notices 0006_push 5a1b03e8447afc71
-- holds outagenotices 0001_initial a3eff76b72fda335
-- holds outagenotices 0002_part_and_one_click 2c06ecae849cdf26
-- holds outagenotices 0003_webhooks 977ed5560f005403
-- holds outagenotices 0004_push f176a2d7f3345774
-- holds outagenotices 0005_attempts a76050edf060abe9
-- holds outages 0001_initial 46e4d61e8e36d95f
-- holds outages 0002_crew_of_its_own c38b29aeb6cbd415
-- holds outages 0003_weather d637f678a573acb5
-- holds outages 0004_aside eb97738ff1f7d4ec
-- holds people 0003_skills 4bbc8f66ba8a141a
-- holds planned 0001_initial 582c6cc1ea1fd1f7
-- holds portal 0001_initial a7274031c5fd77b4
-- holds portal 0002_rating_link 6c3dc67c85a56920
-- holds procrastinate 0001_initial be81516c79d02f26
-- holds procrastinate 0002_drop_started_at_column 2ead163c1ce2991d
-- holds procrastinate 0003_drop_started_at_column 740f2d8ff02c0bb5
-- holds procrastinate 0004_drop_procrastinate_version_table 9f48b76f59a9cc8c
-- holds procrastinate 0005_fix_procrastinate_fetch_job 6a8e4055ab8e463d
-- holds procrastinate 0006_fix_trigger_status_events_insert d9d2f532a094aa09
-- holds procrastinate 0007_add_queueing_lock_column dc12645a882f2067
-- holds procrastinate 0008_close_fetch_job_race_condition 74c7c44a68d3c204
-- holds procrastinate 0009_add_defer_job_function b9d529f1bb143b09
-- holds procrastinate 0010_add_procrastinate_periodic_defers bd1aa56a04f86df5
-- holds procrastinate 0011_add_foreign_key_index 25cc0914481114fd
-- holds procrastinate 0012_add_locks_to_periodic_defer 7cf8863ace39220c
-- holds procrastinate 0013_fix_procrastinate_defer_periodic_job 4d5072911b8c904c
-- holds procrastinate 0014_add_finish_job_and_retry_job_functions 20ebed9ca30246c8
-- holds procrastinate 0015_add_trigger_on_job_deletion 41bec3a5111ff97f
-- holds procrastinate 0016_delete_finished_jobs aa4d841aae25c4b1
-- holds procrastinate 0017_add_checks_to_finish_job fa9f208ddf3368de
-- holds procrastinate 0018_add_checks_to_retry_job 893bfc867f1594eb
-- holds procrastinate 0019_fix_finish_job_compat_issue 4c85f00a990bb3d7
-- holds procrastinate 0020_add_index_on_procrastinate_jobs 5a93c4ea92b856f5
-- holds procrastinate 0021_add_kwargs_to_defer_periodic_job 88dd3371cbdee2ba
-- holds procrastinate 0022_null_locks_excluded 2d5b088f88e89d69
-- holds procrastinate 0023_remove_old_finish_job_function 89267383eac7bb81
-- holds procrastinate 0024_job_id_bigint 27108dc62abe6372
-- holds procrastinate 0025_add_models 29580ceb9d30811c
-- holds procrastinate 0026_add_job_priority 4f7746b8edef802a
-- holds procrastinate 0027_add_periodic_job_priority 17e24782e5f4b56e
-- holds procrastinate 0028_add_cancel_states 2831656624aa9165
-- holds procrastinate 0029_add_additional_params_to_retry_job 50d48f155234960c
-- holds procrastinate 0030_alter_procrastinateevent_options 94486414b944e707
-- holds procrastinate 0031_add_indexes_for_fetch_job c7235c71c0c003fd
-- holds procrastinate 0032_pre_cancel_notification 42c97f730f7f0edd
-- holds procrastinate 0033_post_cancel_notification 8bd0e84d1e45311e
-- holds procrastinate 0034_pre_add_heartbeat 844ed448222ba8b1
-- holds procrastinate 0035_post_add_heartbeat 0cbd71b8406c14f4
-- holds procrastinate 0036_add_worker_model f996e8059968a3a4
-- holds procrastinate 0037_pre_batch_defer_jobs 0d7d4294e8aa2749
-- holds procrastinate 0038_post_batch_defer_jobs 503152d687e3e49b
-- holds procrastinate 0039_pre_priority_lock_fetch_job aba2087cb2b69233
-- holds procrastinate 0040_pre_retry_failed_job f6d2a552fbbc5088
-- holds procrastinate 0041_post_retry_failed_job 2c8dc359b30362a9
-- holds reliability 0001_initial e83c678183d457e9
-- holds reliability 0002_improvement ba602fdea8921554
-- holds reliability 0003_load a9dc0d032d162091
-- holds reports 0001_initial 55056fd4de8e88e6
-- holds rulebook 0001_initial f8f0d2137176e57b
-- holds workorders 0001_initial cc290b5e3f6f8ad8
-- holds workorders 0002_desk_and_tally a3ac09b7ad9fe4e3
-- holds workorders 0003_routing_in_both_languages 7d817b376add20b6
-- holds workorders 0004_triage_and_score 227c00aee255837e
-- holds workorders 0005_branches c5475acb13abb752
-- holds workorders 0006_list_indexes 66bed03a255db652
-- holds workorders 0007_first_contact e8d1b730ed902e29
-- holds sampling 0001_initial 654d3fc99bda2325
-- holds satisfaction 0001_initial 37d036749208a47a
-- holds search 0001_initial 38fe21843880dc3b
-- holds sessions 0001_initial 2aa438e2393ee513
-- holds shifts 0001_initial 8d94a1e6c38c5d7c
-- holds socialaccount 0001_initial 3647538d149b8190
-- holds socialaccount 0002_token_max_lengths 1f6fc8859622f595
-- holds socialaccount 0003_extra_data_default_dict e8b6fe9e20bed061
-- holds socialaccount 0004_app_provider_id_settings 82163ba3cc18a1ea
-- holds socialaccount 0005_socialtoken_nullable_app f023fe1a501c3e63
-- holds socialaccount 0006_alter_socialaccount_extra_data d1de2c79db317f6f
-- holds standing 0001_initial 0255eff915865c8c
-- holds workorders 0008_callbacks 5232e99d47373fe3
-- holds workorders 0009_named 1c62e1b37c0085bd
-- holds workorders 0010_complaints daf1f5a251f8c8d3
-- holds workorders 0011_sealed 09c0b6613aae3a6c
-- holds workorders 0012_no_finding 3f5be6e9ca8df765
-- holds workorders 0013_settled_unit c06974c3a7021f09
-- holds workorders 0014_answered a2f4af99e07e80ff
-- holds workorders 0015_account 69dc59e9add337c0
-- holds workorders 0016_preferred_for 46de750688de2ada
-- holds supervision 0001_initial 7e92c96e9803fc26
-- holds supervision 0002_cleared 3658cc65116a248a
-- holds tracking 0001_initial ba750beb688e9495
-- holds tracking 0002_finding 210afeca4736fa5b
-- holds tracking 0003_found_before db4b6a44952a73fe
-- holds transfer 0001_initial f6e2c01a72642ff9
-- holds transfer 0002_changes 511bfab750d0f943
-- holds transfer 0003_imports 4acd8bded91325ef
-- holds ui 0001_initial 051cc8526ab61a44

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.assessment_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of the assessment is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.customers_account_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM customers_place_serves(p.location_id, NEW.unit_id) FROM customers_usagepoint p
    JOIN customers_customeragreement g ON g.id = p.agreement_id WHERE g.account_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.customers_location_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM customers_place_serves(NEW.id, a.unit_id) FROM customers_usagepoint p
    JOIN customers_customeraccount a ON a.id = p.account_id WHERE p.location_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.customers_place_serves(location bigint, unit bigint) RETURNS void
    LANGUAGE sql
    AS $$
    UPDATE customers_place p SET units = p.units || unit FROM customers_servicelocation l
    WHERE l.id = location AND p.id IN (l.road_id, l.community_id) AND NOT unit = ANY (p.units)
$$;

CREATE FUNCTION public.customers_point_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE unit bigint;
BEGIN
    SELECT a.id, a.unit_id INTO NEW.account_id, unit FROM customers_customeragreement g
    JOIN customers_customeraccount a ON a.id = g.account_id WHERE g.id = NEW.agreement_id;
    PERFORM customers_place_serves(NEW.location_id, unit);
    RETURN NEW;
END $$;

CREATE FUNCTION public.journal_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.knowledge_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'versions of knowledge are for ever: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.assessment_appeal (
    case_id bigint NOT NULL,
    grounds text NOT NULL,
    decision text NOT NULL,
    decided_at timestamp with time zone,
    grounds_again text NOT NULL,
    asked_again_at timestamp with time zone,
    decision_again text NOT NULL,
    decided_at_again timestamp with time zone,
    by_id bigint NOT NULL,
    decided_by_id bigint,
    decided_by_again_id bigint,
    entry_id bigint NOT NULL
);

CREATE TABLE public.assessment_ledgerentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    period character varying(7) NOT NULL,
    scope bigint[] NOT NULL,
    number character varying(40) NOT NULL,
    charge character varying(40) NOT NULL,
    rule character varying(64) NOT NULL,
    rulebook_version character varying(128) NOT NULL,
    points numeric(6,2) NOT NULL,
    reason text NOT NULL,
    facts jsonb NOT NULL,
    by_name character varying(150) NOT NULL,
    key character varying(120) NOT NULL,
    by_id bigint,
    case_id bigint,
    person_id bigint,
    reverses_id bigint,
    unit_id bigint NOT NULL,
    CONSTRAINT ledger_sign CHECK ((((points >= (0)::numeric) AND (reverses_id IS NULL)) OR ((points <= (0)::numeric) AND (reverses_id IS NOT NULL))))
);

ALTER TABLE public.assessment_ledgerentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.assessment_ledgerentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);

ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);

ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);

ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bulletins_bulletin (
    id bigint NOT NULL,
    scope bigint[] NOT NULL,
    state character varying(9) NOT NULL,
    version integer NOT NULL,
    title character varying(120) NOT NULL,
    text text NOT NULL,
    severity character varying(7) NOT NULL,
    words character varying(40)[] NOT NULL,
    category character varying(60) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    proposed_at timestamp with time zone,
    posted_at timestamp with time zone,
    closed_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    closed_by_id bigint,
    order_id bigint,
    posted_by_id bigint,
    proposed_by_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.bulletins_bulletin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bulletins_bulletin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bulletins_receipt (
    id bigint NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    bulletin_id bigint NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.bulletins_receipt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bulletins_receipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bulletins_wording (
    id bigint NOT NULL,
    version integer NOT NULL,
    title character varying(120) NOT NULL,
    text text NOT NULL,
    severity character varying(7) NOT NULL,
    words character varying(40)[] NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    at timestamp with time zone NOT NULL,
    why character varying(500) NOT NULL,
    bulletin_id bigint NOT NULL,
    by_id bigint NOT NULL
);

ALTER TABLE public.bulletins_wording ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bulletins_wording_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.calendars_calendar (
    name character varying(32) NOT NULL,
    weekly character varying(120)[] NOT NULL,
    known_years smallint[] NOT NULL,
    revision bigint NOT NULL
);

CREATE TABLE public.calendars_calendarday (
    id bigint NOT NULL,
    date date NOT NULL,
    intervals character varying(120) NOT NULL,
    kind character varying(8) NOT NULL,
    note character varying(80) NOT NULL,
    provisional boolean NOT NULL,
    by_hand boolean NOT NULL,
    calendar_id character varying(32) NOT NULL
);

ALTER TABLE public.calendars_calendarday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.calendars_calendarday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.casework_attachment (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    action character varying(40) NOT NULL,
    by_id bigint NOT NULL,
    case_id bigint NOT NULL,
    sealed boolean NOT NULL
);

ALTER TABLE public.casework_attachment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.casework_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.casework_case (
    id bigint NOT NULL,
    journal_seq integer NOT NULL,
    journal_head bytea NOT NULL,
    kind character varying(40) NOT NULL,
    state character varying(32) NOT NULL,
    back_state character varying(32) NOT NULL,
    version integer NOT NULL,
    flow_version integer NOT NULL,
    rulebook_version character varying(128) NOT NULL,
    scope bigint[] NOT NULL,
    sight bigint[] NOT NULL,
    confidential boolean NOT NULL,
    recused_people bigint[] NOT NULL,
    recused_units bigint[] NOT NULL,
    is_open boolean NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    state_since timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    due_at timestamp with time zone,
    due_clock character varying(32) NOT NULL,
    warn_at timestamp with time zone,
    breached boolean NOT NULL,
    review_level smallint NOT NULL,
    opened_by_unit_id bigint NOT NULL,
    owner_id bigint,
    parent_id bigint,
    unit_id bigint NOT NULL
)
WITH (fillfactor='85');

ALTER TABLE public.casework_case ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.casework_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.casework_caseclock (
    id bigint NOT NULL,
    name character varying(32) NOT NULL,
    round smallint NOT NULL,
    state character varying(8) NOT NULL,
    calendar character varying(32) NOT NULL,
    limit_minutes integer NOT NULL,
    warn_minutes integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    left_minutes integer,
    stopped_at timestamp with time zone,
    warned_at timestamp with time zone,
    breached_at timestamp with time zone,
    escalated smallint NOT NULL,
    next_at timestamp with time zone,
    case_id bigint NOT NULL
);

ALTER TABLE public.casework_caseclock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.casework_caseclock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.casework_caselink (
    id bigint NOT NULL,
    kind character varying(24) NOT NULL,
    at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    other_id bigint NOT NULL
);

ALTER TABLE public.casework_caselink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.casework_caselink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.casework_participant (
    id bigint NOT NULL,
    role character varying(16) NOT NULL,
    since timestamp with time zone NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint,
    unit_id bigint
);

ALTER TABLE public.casework_participant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.casework_participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_chat (
    contact_id bigint NOT NULL,
    state character varying(8) NOT NULL,
    topic character varying(64) NOT NULL,
    language character varying(2) NOT NULL,
    token character varying(64) NOT NULL,
    origin character varying(64) NOT NULL,
    proved boolean NOT NULL,
    email character varying(254) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    waiting_since timestamp with time zone NOT NULL,
    front boolean NOT NULL,
    taken_at timestamp with time zone,
    ended_at timestamp with time zone,
    customer_seen_at timestamp with time zone NOT NULL,
    customer_writes_at timestamp with time zone,
    agent_writes_at timestamp with time zone,
    last integer NOT NULL,
    got integer NOT NULL,
    read integer NOT NULL,
    agent_read integer NOT NULL,
    rating smallint,
    rating_text character varying(500) NOT NULL,
    CONSTRAINT chat_chat_agent_read_check CHECK ((agent_read >= 0)),
    CONSTRAINT chat_chat_got_check CHECK ((got >= 0)),
    CONSTRAINT chat_chat_last_check CHECK ((last >= 0)),
    CONSTRAINT chat_chat_rating_check CHECK ((rating >= 0)),
    CONSTRAINT chat_chat_read_check CHECK ((read >= 0))
);

CREATE TABLE public.chat_line (
    id bigint NOT NULL,
    seq integer NOT NULL,
    side character varying(8) NOT NULL,
    what character varying(4) NOT NULL,
    key character varying(40) NOT NULL,
    name character varying(150) NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    media_type character varying(100) NOT NULL,
    chat_id bigint NOT NULL,
    person_id bigint,
    CONSTRAINT chat_line_seq_check CHECK ((seq >= 0)),
    CONSTRAINT chat_line_size_check CHECK ((size >= 0))
);

ALTER TABLE public.chat_line ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chat_line_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_presence (
    person_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.chat_proof (
    id bigint NOT NULL,
    phone character varying(32) NOT NULL,
    code character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    tries smallint NOT NULL,
    chat_id bigint NOT NULL,
    CONSTRAINT chat_proof_tries_check CHECK ((tries >= 0))
);

ALTER TABLE public.chat_proof ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chat_proof_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cis_kept (
    id bigint NOT NULL,
    number character varying(32) NOT NULL,
    why character varying(200) NOT NULL,
    document jsonb,
    generation integer NOT NULL,
    sequence bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    times integer NOT NULL
);

ALTER TABLE public.cis_kept ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cis_kept_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cis_link (
    id bigint NOT NULL,
    epoch character varying(64) NOT NULL,
    generation integer NOT NULL,
    cursor bigint NOT NULL,
    head bigint NOT NULL,
    contacted_at timestamp with time zone,
    failures integer NOT NULL,
    next_at timestamp with time zone,
    problem character varying(200) NOT NULL,
    compare_why character varying(12) NOT NULL,
    compare_trusts boolean NOT NULL,
    compare_began_at timestamp with time zone,
    compare_epoch character varying(64) NOT NULL,
    compare_generation integer NOT NULL,
    compare_position bigint NOT NULL,
    compare_after character varying(32) NOT NULL,
    compared_at timestamp with time zone,
    missing integer NOT NULL
);

ALTER TABLE public.cis_link ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cis_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cis_pushed (
    key character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.cis_seen (
    number character varying(32) NOT NULL
);

CREATE TABLE public.cis_tally (
    id bigint NOT NULL,
    minute timestamp with time zone NOT NULL,
    way character varying(8) NOT NULL,
    applied integer NOT NULL,
    passed integer NOT NULL,
    unknown integer NOT NULL,
    bad integer NOT NULL,
    refused integer NOT NULL
);

ALTER TABLE public.cis_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cis_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contacts_contact (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    channel character varying(8) NOT NULL,
    direction character varying(3) NOT NULL,
    state character varying(5) NOT NULL,
    version integer NOT NULL,
    scope bigint[] NOT NULL,
    sight bigint[] NOT NULL,
    confidential boolean NOT NULL,
    recused_people bigint[] NOT NULL,
    recused_units bigint[] NOT NULL,
    party character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    phone character varying(32) NOT NULL,
    words text NOT NULL,
    kind character varying(24) NOT NULL,
    category character varying(60) NOT NULL,
    outcome character varying(8) NOT NULL,
    hushed boolean NOT NULL,
    began_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    done_at timestamp with time zone,
    source character varying(40) NOT NULL,
    source_ref character varying(120) NOT NULL,
    account_id bigint,
    customer_id bigint,
    owner_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.contacts_contact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contacts_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contacts_contactorder (
    id bigint NOT NULL,
    how character varying(5) NOT NULL,
    case_id bigint NOT NULL,
    contact_id bigint NOT NULL
);

ALTER TABLE public.contacts_contactorder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contacts_contactorder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.crews_crew (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    x double precision,
    y double precision,
    closed_at timestamp with time zone,
    lead_id bigint NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.crews_crew ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.crews_crew_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.crews_crew_members (
    id bigint NOT NULL,
    crew_id bigint NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.crews_crew_members ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.crews_crew_members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.crews_duty (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    by_id bigint,
    crew_id bigint NOT NULL,
    CONSTRAINT duty_times CHECK ((ends_at > starts_at))
);

ALTER TABLE public.crews_duty ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.crews_duty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.crews_position (
    crew_id bigint NOT NULL,
    x double precision NOT NULL,
    y double precision NOT NULL,
    at timestamp with time zone NOT NULL,
    source character varying(8) NOT NULL,
    accuracy double precision,
    by_id bigint
);

CREATE TABLE public.customers_accountbill (
    id bigint NOT NULL,
    month character varying(7) NOT NULL,
    kwh numeric(14,2),
    amount numeric(14,2) NOT NULL,
    due date,
    paid numeric(14,2),
    paid_on date,
    account_id bigint NOT NULL
);

ALTER TABLE public.customers_accountbill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_accountbill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_accountfacts (
    account_id bigint NOT NULL,
    balance numeric(14,2),
    arrears numeric(14,2),
    supply character varying(12) NOT NULL,
    bill_month character varying(7) NOT NULL,
    bill_amount numeric(14,2),
    bill_kwh numeric(14,2),
    reading numeric(14,2),
    read_at timestamp with time zone,
    as_of timestamp with time zone NOT NULL,
    source character varying(40) NOT NULL,
    sequence bigint NOT NULL,
    bill_due date,
    bill_paid numeric(14,2),
    bill_paid_on date,
    credit numeric(14,2),
    credit_unit character varying(4) DEFAULT ''::character varying NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    gone boolean DEFAULT false NOT NULL,
    owed_since date,
    read_kwh numeric(14,2),
    received_at timestamp with time zone,
    supply_since timestamp with time zone,
    supply_why character varying(12) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.customers_accountparty (
    id bigint NOT NULL,
    role character varying(8) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    account_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT party_dates CHECK (((valid_to IS NULL) OR (valid_to >= valid_from)))
);

ALTER TABLE public.customers_accountparty ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_accountparty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_consent (
    id bigint NOT NULL,
    purpose character varying(10) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    how character varying(40) NOT NULL,
    by_id bigint,
    contact_id bigint NOT NULL
);

ALTER TABLE public.customers_consent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_contactpoint (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    value character varying(200) NOT NULL,
    label character varying(40) NOT NULL,
    preferred boolean NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    customer_id bigint NOT NULL
);

ALTER TABLE public.customers_contactpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_contactpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_customer (
    id bigint NOT NULL,
    journal_seq integer NOT NULL,
    journal_head bytea NOT NULL,
    kind character varying(12) NOT NULL,
    name character varying(120) NOT NULL,
    sounds character varying(240) NOT NULL,
    initials character varying(60) NOT NULL,
    keys integer[] NOT NULL,
    spread boolean NOT NULL,
    importance character varying(12) NOT NULL,
    protected boolean NOT NULL,
    tier character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    version integer NOT NULL,
    manager_id bigint,
    merged_into_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.customers_customer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_customeraccount (
    id bigint NOT NULL,
    number character varying(32) NOT NULL,
    opened_on date,
    closed_on date,
    version integer NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.customers_customeraccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customeraccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_customeragreement (
    id bigint NOT NULL,
    relation character varying(12) NOT NULL,
    price_class character varying(20) NOT NULL,
    source character varying(10) NOT NULL,
    nature character varying(10) NOT NULL,
    load_grade character varying(1) NOT NULL,
    capacity_kva numeric(10,2),
    valid_from date NOT NULL,
    expires_on date,
    ended_on date,
    account_id bigint NOT NULL,
    CONSTRAINT agreement_of_a_time_ends CHECK (((NOT ((nature)::text = ANY ((ARRAY['temporary'::character varying, 'seasonal'::character varying])::text[]))) OR (expires_on IS NOT NULL)))
);

ALTER TABLE public.customers_customeragreement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customeragreement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_customermerge (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    moved jsonb NOT NULL,
    undone_at timestamp with time zone,
    by_id bigint,
    gone_id bigint NOT NULL,
    kept_id bigint NOT NULL
);

ALTER TABLE public.customers_customermerge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customermerge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_factssource (
    name character varying(40) NOT NULL,
    current_at timestamp with time zone,
    away_since timestamp with time zone,
    old_after interval NOT NULL
);

CREATE TABLE public.customers_meter (
    id bigint NOT NULL,
    number character varying(32) NOT NULL,
    multiplier numeric(10,2) NOT NULL,
    installed_on date,
    removed_on date,
    point_id bigint NOT NULL,
    final_reading numeric(14,2),
    first_reading numeric(14,2)
);

ALTER TABLE public.customers_meter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_meter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_place (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    division character varying(12) NOT NULL,
    province character varying(30) NOT NULL,
    city character varying(30) NOT NULL,
    district character varying(30) NOT NULL,
    town character varying(30) NOT NULL,
    name character varying(60) NOT NULL,
    units bigint[] DEFAULT '{}'::bigint[] NOT NULL
);

ALTER TABLE public.customers_place ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_placename (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(8) NOT NULL,
    keys integer[] NOT NULL,
    until date,
    place_id bigint NOT NULL
);

ALTER TABLE public.customers_placename ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_placename_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_servicelocation (
    id bigint NOT NULL,
    text character varying(300) NOT NULL,
    road_number character varying(16) NOT NULL,
    building character varying(16) NOT NULL,
    entrance character varying(16) NOT NULL,
    room character varying(16) NOT NULL,
    community_id bigint,
    road_id bigint
);

ALTER TABLE public.customers_servicelocation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_servicelocation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customers_usagepoint (
    id bigint NOT NULL,
    area character varying(32) NOT NULL,
    agreement_id bigint NOT NULL,
    location_id bigint NOT NULL,
    account_id bigint
);

ALTER TABLE public.customers_usagepoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_usagepoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dataquality_datafinding (
    case_id bigint NOT NULL,
    rule character varying(40) NOT NULL,
    key character varying(80) NOT NULL,
    shape character varying(32) NOT NULL,
    is_open boolean NOT NULL,
    facts jsonb NOT NULL,
    why_not character varying(500) NOT NULL,
    done character varying(500) NOT NULL,
    gone boolean NOT NULL,
    account_id bigint,
    by_id bigint,
    customer_id bigint,
    other_id bigint
);

CREATE SEQUENCE public.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.delivery (
    id bigint DEFAULT nextval('public.delivery_id_seq'::regclass) NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id bigint NOT NULL,
    subscriber character varying(64) NOT NULL,
    key character varying(80) NOT NULL,
    state character varying(8) DEFAULT 'pending'::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    nudge_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT delivery_state_check CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'done'::character varying, 'dead'::character varying, 'dropped'::character varying])::text[])))
)
PARTITION BY RANGE (at);

CREATE TABLE public.delivery_default (
    id bigint DEFAULT nextval('public.delivery_id_seq'::regclass) CONSTRAINT delivery_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT delivery_at_not_null NOT NULL,
    event_id bigint CONSTRAINT delivery_event_id_not_null NOT NULL,
    subscriber character varying(64) CONSTRAINT delivery_subscriber_not_null NOT NULL,
    key character varying(80) CONSTRAINT delivery_key_not_null NOT NULL,
    state character varying(8) DEFAULT 'pending'::character varying CONSTRAINT delivery_state_not_null NOT NULL,
    attempts integer DEFAULT 0 CONSTRAINT delivery_attempts_not_null NOT NULL,
    due_at timestamp with time zone CONSTRAINT delivery_due_at_not_null NOT NULL,
    nudge_at timestamp with time zone,
    error text DEFAULT ''::text CONSTRAINT delivery_error_not_null NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT delivery_state_check CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'done'::character varying, 'dead'::character varying, 'dropped'::character varying])::text[])))
);

CREATE TABLE public.demo_build (
    id bigint NOT NULL,
    seed bigint NOT NULL,
    orders integer NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    done_until timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);

ALTER TABLE public.demo_build ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.demo_build_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.demo_deed (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action character varying(40) NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint
);

ALTER TABLE public.demo_deed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.demo_deed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.demo_planned (
    index integer NOT NULL,
    case_id bigint NOT NULL
);

CREATE TABLE public.demo_play (
    id bigint NOT NULL,
    running boolean NOT NULL,
    speed double precision NOT NULL,
    until timestamp with time zone,
    arrived_until timestamp with time zone,
    changed_at timestamp with time zone,
    changed_by_id bigint
);

ALTER TABLE public.demo_play ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.demo_play_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.demo_storm (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    calls integer NOT NULL,
    city_id bigint NOT NULL
);

ALTER TABLE public.demo_storm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.demo_storm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_draft (
    id bigint NOT NULL,
    key character varying(20) NOT NULL,
    content jsonb NOT NULL,
    version integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    done_key character varying(64) NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.desk_draft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_scriptofcontact (
    run_id bigint NOT NULL,
    contact_id bigint NOT NULL
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.event (
    id bigint DEFAULT nextval('public.event_id_seq'::regclass) NOT NULL,
    at timestamp with time zone NOT NULL,
    type character varying(64) NOT NULL,
    key character varying(80) NOT NULL,
    case_id bigint,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    relayed boolean DEFAULT false NOT NULL
)
PARTITION BY RANGE (at);

CREATE TABLE public.event_default (
    id bigint DEFAULT nextval('public.event_id_seq'::regclass) CONSTRAINT event_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT event_at_not_null NOT NULL,
    type character varying(64) CONSTRAINT event_type_not_null NOT NULL,
    key character varying(80) CONSTRAINT event_key_not_null NOT NULL,
    case_id bigint,
    payload jsonb DEFAULT '{}'::jsonb CONSTRAINT event_payload_not_null NOT NULL,
    relayed boolean DEFAULT false CONSTRAINT event_relayed_not_null NOT NULL
);

CREATE TABLE public.field_fieldsheet (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    crew_id bigint,
    made_by_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.field_fieldsheet ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.field_fieldsheet_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.field_sheetline (
    id bigint NOT NULL,
    place smallint NOT NULL,
    entered_at timestamp with time zone,
    case_id bigint NOT NULL,
    entered_by_id bigint,
    sheet_id bigint NOT NULL
);

ALTER TABLE public.field_sheetline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.field_sheetline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_griddevice (
    id bigint NOT NULL,
    code character varying(120) NOT NULL,
    name character varying(120) NOT NULL,
    kind smallint NOT NULL,
    owner character varying(8) NOT NULL,
    parent_code character varying(120) NOT NULL,
    normal_open boolean NOT NULL,
    x double precision,
    y double precision,
    lft integer NOT NULL,
    rgt integer NOT NULL,
    depth smallint NOT NULL,
    points integer NOT NULL,
    parent_id bigint,
    unit_id bigint NOT NULL,
    rated double precision
);

ALTER TABLE public.grid_griddevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_griddevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridfinding (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    line integer NOT NULL,
    text character varying(400) NOT NULL,
    found_at timestamp with time zone NOT NULL,
    device_id bigint
);

ALTER TABLE public.grid_gridfinding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridfinding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridformercode (
    id bigint NOT NULL,
    code character varying(120) NOT NULL,
    until timestamp with time zone NOT NULL,
    device_id bigint NOT NULL
);

ALTER TABLE public.grid_gridformercode ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridformercode_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridlink (
    id bigint NOT NULL,
    parent_code character varying(120) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    device_id bigint NOT NULL,
    CONSTRAINT link_dates CHECK (((valid_to IS NULL) OR (valid_to >= valid_from)))
);

ALTER TABLE public.grid_gridlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridpoint (
    id bigint NOT NULL,
    code character varying(120) NOT NULL,
    device_id bigint NOT NULL,
    usage_point_id bigint
);

ALTER TABLE public.grid_gridpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridstaged (
    id bigint NOT NULL,
    run integer NOT NULL,
    "row" integer NOT NULL,
    "values" jsonb NOT NULL
);

ALTER TABLE public.grid_gridstaged ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridstaged_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_gridversion (
    id bigint NOT NULL,
    activated_at timestamp with time zone NOT NULL,
    source character varying(200) NOT NULL,
    devices integer NOT NULL,
    points integer NOT NULL,
    findings integer NOT NULL,
    by_id bigint
);

ALTER TABLE public.grid_gridversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_gridversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grid_load (
    device_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    curve real[] NOT NULL,
    peak real NOT NULL,
    peak_slot smallint NOT NULL,
    lasting smallint NOT NULL,
    held real,
    rated real,
    rate real
)
PARTITION BY RANGE (at);

CREATE TABLE public.grid_load_default (
    device_id bigint CONSTRAINT grid_load_device_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT grid_load_at_not_null NOT NULL,
    curve real[] CONSTRAINT grid_load_curve_not_null NOT NULL,
    peak real CONSTRAINT grid_load_peak_not_null NOT NULL,
    peak_slot smallint CONSTRAINT grid_load_peak_slot_not_null NOT NULL,
    lasting smallint CONSTRAINT grid_load_lasting_not_null NOT NULL,
    held real,
    rated real,
    rate real
);

CREATE TABLE public.grid_switchstate (
    id bigint NOT NULL,
    open boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    source character varying(40) NOT NULL,
    by_id bigint,
    device_id bigint NOT NULL
);

ALTER TABLE public.grid_switchstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.grid_switchstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hall_application (
    id uuid NOT NULL,
    code character varying(64) NOT NULL,
    phone character varying(32) NOT NULL,
    language character varying(2) NOT NULL,
    "values" jsonb NOT NULL,
    version integer NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    account_id bigint NOT NULL,
    case_id bigint,
    customer_id bigint NOT NULL
);

CREATE TABLE public.hall_appointment (
    case_id bigint NOT NULL,
    code character varying(16) NOT NULL,
    booking character varying(64) NOT NULL,
    place character varying(8) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    name character varying(120) NOT NULL,
    phone character varying(32) NOT NULL,
    address character varying(300) NOT NULL,
    matter character varying(64) NOT NULL,
    words character varying(500) NOT NULL,
    language character varying(2) NOT NULL,
    active boolean NOT NULL,
    reminded_at timestamp with time zone,
    settled_at timestamp with time zone,
    account_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    unit_id bigint NOT NULL
);

CREATE TABLE public.hall_challenge (
    id uuid NOT NULL,
    number character varying(32) NOT NULL,
    phone character varying(32) NOT NULL,
    language character varying(2) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    code character varying(64) NOT NULL,
    tries smallint NOT NULL,
    used_at timestamp with time zone,
    account_id bigint,
    customer_id bigint
);

CREATE TABLE public.hall_paper (
    id bigint NOT NULL,
    code character varying(64) NOT NULL,
    name character varying(120) NOT NULL,
    media_type character varying(100) NOT NULL,
    size integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    application_id uuid NOT NULL,
    attachment_id bigint
);

ALTER TABLE public.hall_paper ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hall_paper_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hall_phonechange (
    id uuid NOT NULL,
    phone character varying(32) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    old_code character varying(64) NOT NULL,
    new_code character varying(64) NOT NULL,
    tries smallint NOT NULL,
    done_at timestamp with time zone,
    customer_id bigint NOT NULL,
    visit_id bigint NOT NULL
);

CREATE TABLE public.hall_visit (
    id bigint NOT NULL,
    token character varying(64) NOT NULL,
    browser character varying(64) NOT NULL,
    phone character varying(32) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE public.hall_visit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hall_visit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hall_wanted (
    id bigint NOT NULL,
    code character varying(64) NOT NULL,
    words character varying(500) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    met_at timestamp with time zone,
    application_id uuid NOT NULL
);

ALTER TABLE public.hall_wanted ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.hall_wanted_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_answered (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    asked character varying(64) NOT NULL,
    status smallint NOT NULL,
    answer bytea NOT NULL,
    headers jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.idempotency_answered ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.idempotency_answered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.indicators_monthcounted (
    month date NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.indicators_monthfigure (
    id bigint NOT NULL,
    month date NOT NULL,
    code character varying(64) NOT NULL,
    good integer NOT NULL,
    bad integer NOT NULL,
    pending integer NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.indicators_monthfigure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.indicators_monthfigure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.journal_block (
    id bigint NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL,
    count integer NOT NULL,
    members bytea NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.journal_entry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    stream character varying(80) NOT NULL,
    seq integer NOT NULL,
    kind character varying(64) NOT NULL,
    actor_id bigint,
    case_id bigint,
    body text NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL
)
PARTITION BY RANGE (at);

CREATE TABLE public.journal_entry_default (
    id bigint CONSTRAINT journal_entry_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT journal_entry_at_not_null NOT NULL,
    stream character varying(80) CONSTRAINT journal_entry_stream_not_null NOT NULL,
    seq integer CONSTRAINT journal_entry_seq_not_null NOT NULL,
    kind character varying(64) CONSTRAINT journal_entry_kind_not_null NOT NULL,
    actor_id bigint,
    case_id bigint,
    body text CONSTRAINT journal_entry_body_not_null NOT NULL,
    prev bytea CONSTRAINT journal_entry_prev_not_null NOT NULL,
    hash bytea CONSTRAINT journal_entry_hash_not_null NOT NULL
);

CREATE SEQUENCE public.journal_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.journal_personal (
    entry_id bigint NOT NULL,
    name character varying(64) NOT NULL,
    salt bytea NOT NULL,
    content text NOT NULL
);

CREATE TABLE public.journal_stream (
    key character varying(80) NOT NULL,
    journal_seq integer NOT NULL,
    journal_head bytea NOT NULL
);

CREATE TABLE public.keyaccounts_tierproposal (
    case_id bigint NOT NULL,
    before character varying(10) NOT NULL,
    tier character varying(10) NOT NULL,
    points numeric(5,1),
    lines jsonb NOT NULL,
    decided_at timestamp with time zone,
    decision character varying(200) NOT NULL,
    by_id bigint,
    customer_id bigint NOT NULL,
    decided_by_id bigint
);

CREATE TABLE public.keyaccounts_visit (
    case_id bigint NOT NULL,
    key character varying(80) NOT NULL,
    tier character varying(10) NOT NULL,
    visited_at timestamp with time zone,
    met character varying(80) NOT NULL,
    heard text NOT NULL,
    wishes text NOT NULL,
    why_not character varying(500) NOT NULL,
    by_id bigint,
    customer_id bigint NOT NULL,
    order_id bigint
);

CREATE TABLE public.knowledge_knowledgeitem (
    case_id bigint NOT NULL,
    code character varying(20) NOT NULL,
    title character varying(500) NOT NULL,
    category character varying(64) NOT NULL,
    audience character varying(10) NOT NULL,
    valid_from date,
    valid_until date,
    review_on date,
    served boolean NOT NULL,
    draft jsonb,
    drafted_at timestamp with time zone,
    asked integer NOT NULL,
    helped integer NOT NULL,
    not_helped integer NOT NULL,
    drafted_by_id bigint,
    version_id bigint,
    CONSTRAINT knowledge_knowledgeitem_asked_check CHECK ((asked >= 0)),
    CONSTRAINT knowledge_knowledgeitem_helped_check CHECK ((helped >= 0)),
    CONSTRAINT knowledge_knowledgeitem_not_helped_check CHECK ((not_helped >= 0))
);

CREATE TABLE public.knowledge_law (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    short_title character varying(200) NOT NULL,
    enacted text NOT NULL,
    version_on date,
    source character varying(255) NOT NULL,
    imported_at timestamp with time zone NOT NULL
);

ALTER TABLE public.knowledge_law ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_law_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.knowledge_lawarticle (
    id bigint NOT NULL,
    number integer NOT NULL,
    label character varying(40) NOT NULL,
    chapter character varying(200) NOT NULL,
    text text NOT NULL,
    valid_from date,
    valid_until date,
    imported_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone,
    law_id bigint NOT NULL,
    CONSTRAINT knowledge_lawarticle_number_check CHECK ((number >= 0))
);

ALTER TABLE public.knowledge_lawarticle ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_lawarticle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.knowledge_scriptrun (
    id bigint NOT NULL,
    script character varying(40) NOT NULL,
    digest character varying(16) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    path jsonb NOT NULL,
    ending character varying(40) NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.knowledge_scriptrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_scriptrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.knowledge_use (
    id bigint NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    helped boolean NOT NULL,
    item_id bigint NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT knowledge_use_version_check CHECK ((version >= 0))
);

ALTER TABLE public.knowledge_use ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_use_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.knowledge_version (
    id bigint NOT NULL,
    number integer NOT NULL,
    content jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    note character varying(500) NOT NULL,
    item_id bigint NOT NULL,
    reviewed_by_id bigint,
    written_by_id bigint,
    CONSTRAINT knowledge_version_number_check CHECK ((number >= 0))
);

ALTER TABLE public.knowledge_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notices_devsms (
    id bigint NOT NULL,
    ref character varying(64) NOT NULL,
    "to" character varying(40) NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    times integer NOT NULL
);

ALTER TABLE public.notices_devsms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notices_devsms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notices_message (
    id bigint NOT NULL,
    ref uuid NOT NULL,
    key character varying(160) NOT NULL,
    channel character varying(8) NOT NULL,
    "to" character varying(400) NOT NULL,
    subject character varying(200) NOT NULL,
    body text NOT NULL,
    case_id bigint,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    answer character varying(200) NOT NULL,
    person_id bigint,
    unsubscribe character varying(300) DEFAULT ''::character varying NOT NULL,
    subscriber character varying(60) DEFAULT ''::character varying NOT NULL
);

ALTER TABLE public.notices_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notices_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notices_notice (
    id bigint NOT NULL,
    kind character varying(64) NOT NULL,
    key character varying(160) NOT NULL,
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    case_id bigint,
    at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    person_id bigint NOT NULL
);

ALTER TABLE public.notices_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notices_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outagenotices_broadcast (
    id bigint NOT NULL,
    source character varying(16) NOT NULL,
    revision integer NOT NULL,
    what character varying(12) NOT NULL,
    told jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    prepared_at timestamp with time zone,
    case_id bigint NOT NULL
);

ALTER TABLE public.outagenotices_broadcast ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outagenotices_broadcast_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outagenotices_outagenotice (
    id bigint NOT NULL,
    receiver character varying(40) NOT NULL,
    way character varying(8) NOT NULL,
    rank smallint NOT NULL,
    round smallint DEFAULT 0 NOT NULL,
    fate character varying(8) NOT NULL,
    not_before timestamp with time zone NOT NULL,
    handed_at timestamp with time zone,
    broadcast_id bigint NOT NULL,
    by_id bigint,
    contact_id bigint,
    customer_id bigint,
    message_id bigint,
    subscription_id uuid,
    attempts smallint DEFAULT 0 NOT NULL,
    tried_at timestamp with time zone
);

ALTER TABLE public.outagenotices_outagenotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outagenotices_outagenotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outagenotices_subscription (
    id uuid NOT NULL,
    about character varying(8) NOT NULL,
    way character varying(8) NOT NULL,
    "to" character varying(1000) NOT NULL,
    language character varying(2) NOT NULL,
    at_night boolean NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    code character varying(64) NOT NULL,
    tries smallint NOT NULL,
    used_at timestamp with time zone,
    ended_at timestamp with time zone,
    account_id bigint,
    location_id bigint,
    place_id bigint,
    by_id bigint,
    failures smallint DEFAULT 0 NOT NULL,
    owner character varying(200) DEFAULT ''::character varying NOT NULL,
    paused_at timestamp with time zone,
    proved_at timestamp with time zone,
    keys character varying(140) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.outages_outage (
    case_id bigint NOT NULL,
    is_open boolean NOT NULL,
    device character varying(120) NOT NULL,
    device_kind smallint NOT NULL,
    device_name character varying(120) NOT NULL,
    actual_start timestamp with time zone NOT NULL,
    actual_end timestamp with time zone,
    estimated_from timestamp with time zone,
    estimated_to timestamp with time zone,
    cause_kind character varying(40) NOT NULL,
    original_customers_served integer NOT NULL,
    settled boolean NOT NULL,
    why jsonb NOT NULL,
    told text NOT NULL,
    told_at timestamp with time zone,
    why_wrong character varying(500) NOT NULL,
    by_id bigint,
    lead_id bigint,
    merged_into_id bigint,
    split_from_id bigint,
    crew_arrived_at timestamp with time zone,
    crew_sent_at timestamp with time zone
);

CREATE TABLE public.outages_outageact (
    id bigint NOT NULL,
    what character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL,
    devices jsonb NOT NULL,
    others jsonb NOT NULL,
    taken bigint,
    by_id bigint,
    outage_id bigint NOT NULL
);

ALTER TABLE public.outages_outageact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outages_outageact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outages_outagereport (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    source character varying(24) NOT NULL,
    at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    device character varying(120) NOT NULL,
    said character varying(120) NOT NULL,
    point bigint,
    caller character varying(64) NOT NULL,
    apart character varying(16) NOT NULL,
    found_wrong boolean NOT NULL,
    taken bigint,
    by_id bigint,
    order_id bigint,
    outage_id bigint,
    unit_id bigint
);

ALTER TABLE public.outages_outagereport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outages_outagereport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outages_outageweather (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    weather character varying(8) NOT NULL,
    via character varying(8) NOT NULL,
    by_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.outages_outageweather ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outages_outageweather_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outages_progress (
    id bigint NOT NULL,
    taken bigint NOT NULL,
    at timestamp with time zone,
    grid bigint,
    CONSTRAINT one_progress CHECK ((id = 1))
);

ALTER TABLE public.outages_progress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outages_progress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_apitoken (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    digest character varying(64) NOT NULL,
    scopes character varying(40)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    person_id bigint NOT NULL
);

ALTER TABLE public.people_apitoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_apitoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_delegation (
    id bigint NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    absent_id bigint NOT NULL,
    delegate_id bigint NOT NULL
);

ALTER TABLE public.people_delegation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_delegation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_passwordhistory (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.people_passwordhistory ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_passwordhistory_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_person (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    journal_seq integer NOT NULL,
    journal_head bytea NOT NULL,
    username character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    employee_number character varying(32) NOT NULL,
    phone character varying(32) NOT NULL,
    email character varying(254) NOT NULL,
    is_active boolean NOT NULL,
    left_at timestamp with time zone,
    must_change_password boolean NOT NULL,
    password_changed_at timestamp with time zone,
    language character varying(10) NOT NULL,
    theme character varying(8) NOT NULL,
    demo boolean NOT NULL,
    unit_id bigint NOT NULL,
    skills character varying(32)[] NOT NULL
);

ALTER TABLE public.people_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_roleassignment (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    person_id bigint NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.people_roleassignment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_roleassignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.people_signedin (
    id bigint NOT NULL,
    session_key character varying(40) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    address inet,
    agent character varying(200) NOT NULL,
    method character varying(16) NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE public.people_signedin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_signedin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.planned_affected (
    id bigint NOT NULL,
    seen integer NOT NULL,
    added integer NOT NULL,
    gone_at timestamp with time zone,
    account_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    plan_id bigint NOT NULL
);

ALTER TABLE public.planned_affected ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.planned_affected_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.planned_caretask (
    id bigint NOT NULL,
    why character varying(12) NOT NULL,
    state character varying(12) NOT NULL,
    at timestamp with time zone,
    by_id bigint,
    customer_id bigint NOT NULL,
    plan_id bigint NOT NULL
);

ALTER TABLE public.planned_caretask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.planned_caretask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.planned_count (
    id bigint NOT NULL,
    number integer NOT NULL,
    "when" character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    points integer NOT NULL,
    known integer NOT NULL,
    customers integer NOT NULL,
    important integer NOT NULL,
    protected integer NOT NULL,
    dark integer NOT NULL,
    added integer NOT NULL,
    removed integer NOT NULL,
    plan_id bigint NOT NULL
);

ALTER TABLE public.planned_count ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.planned_count_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.planned_planneddevice (
    id bigint NOT NULL,
    device character varying(120) NOT NULL,
    kept boolean NOT NULL,
    plan_id bigint NOT NULL
);

ALTER TABLE public.planned_planneddevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.planned_planneddevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.planned_plannedoutage (
    case_id bigint NOT NULL,
    is_open boolean NOT NULL,
    information character varying(16) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    first_starts_at timestamp with time zone NOT NULL,
    actual_start timestamp with time zone,
    actual_end timestamp with time zone,
    cause character varying(40) NOT NULL,
    line character varying(120) NOT NULL,
    scope character varying(500) NOT NULL,
    published_at timestamp with time zone,
    revision integer NOT NULL,
    change_reason character varying(500) NOT NULL,
    late_change boolean NOT NULL,
    clashes integer NOT NULL,
    points integer NOT NULL,
    known integer NOT NULL,
    customers integer NOT NULL,
    important integer NOT NULL,
    protected integer NOT NULL,
    dark integer NOT NULL,
    counted_at timestamp with time zone,
    care_open integer NOT NULL,
    protected_open integer NOT NULL,
    account_id bigint,
    approved_by_id bigint,
    planned_by_id bigint,
    submitted_by_id bigint,
    CONSTRAINT planned_period CHECK ((ends_at > starts_at))
);

CREATE TABLE public.planned_plannedwork (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    text character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    plan_id bigint NOT NULL
);

ALTER TABLE public.planned_plannedwork ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.planned_plannedwork_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.portal_challenge (
    id uuid NOT NULL,
    number character varying(60) NOT NULL,
    phone character varying(32) NOT NULL,
    language character varying(2) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    code character varying(64) NOT NULL,
    tries smallint NOT NULL,
    used_at timestamp with time zone,
    case_id bigint
);

CREATE TABLE public.portal_origin (
    case_id bigint NOT NULL,
    receipt character varying(20) NOT NULL,
    language character varying(2) NOT NULL,
    by_sms boolean NOT NULL,
    danger character varying(8) NOT NULL,
    said_at timestamp with time zone
);

CREATE TABLE public.portal_ratinglink (
    id bigint NOT NULL,
    version integer NOT NULL,
    token character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    outcome character varying(8) NOT NULL,
    case_id bigint NOT NULL
);

ALTER TABLE public.portal_ratinglink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.portal_ratinglink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.portal_visit (
    id bigint NOT NULL,
    token character varying(64) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    case_id bigint NOT NULL
);

ALTER TABLE public.portal_visit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.portal_visit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reliability_improvement (
    case_id bigint NOT NULL,
    is_open boolean NOT NULL,
    device character varying(120) NOT NULL,
    device_kind smallint NOT NULL,
    device_name character varying(120) NOT NULL,
    times integer NOT NULL,
    months integer NOT NULL,
    outages jsonb NOT NULL,
    reason character varying(20) NOT NULL,
    measures text NOT NULL,
    investment integer,
    finish_by timestamp with time zone,
    result text NOT NULL,
    done_at timestamp with time zone,
    effect character varying(12) NOT NULL,
    conclusion text NOT NULL,
    approved_by_id bigint,
    planned_by_id bigint,
    days integer NOT NULL,
    grade character varying(12) NOT NULL,
    ground character varying(8) NOT NULL,
    rate double precision
);

CREATE TABLE public.reliability_linetold (
    id bigint NOT NULL,
    what character varying(12) NOT NULL,
    month date NOT NULL,
    at timestamp with time zone NOT NULL,
    device_id bigint NOT NULL
);

ALTER TABLE public.reliability_linetold ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reliability_linetold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reliability_served (
    id bigint NOT NULL,
    month date NOT NULL,
    customers integer NOT NULL,
    at timestamp with time zone NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.reliability_served ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reliability_served_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reports_processreport (
    case_id bigint NOT NULL,
    number character varying(40) NOT NULL,
    month date NOT NULL,
    figures text NOT NULL,
    digest character varying(64) NOT NULL,
    signed_at timestamp with time zone,
    countersigned_at timestamp with time zone,
    countersigned_by_id bigint,
    person_id bigint,
    signed_by_id bigint,
    supplements_id bigint,
    unit_id bigint NOT NULL
);

CREATE TABLE public.rulebook_publication (
    id bigint NOT NULL,
    version character varying(24) NOT NULL,
    name character varying(12) NOT NULL,
    starts_on date NOT NULL,
    is_overlay boolean NOT NULL,
    applies_to character varying(16) NOT NULL,
    digest character varying(64) NOT NULL,
    content text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    amends boolean NOT NULL,
    amended_at timestamp with time zone,
    published_by_id bigint
);

ALTER TABLE public.rulebook_publication ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.rulebook_publication_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sampling_draw (
    id bigint NOT NULL,
    plan character varying(64) NOT NULL,
    week date NOT NULL,
    at timestamp with time zone NOT NULL,
    rulebook_version character varying(128) NOT NULL,
    seed character varying(64) NOT NULL,
    population bigint[] NOT NULL,
    drawn bigint[] NOT NULL,
    by_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.sampling_draw ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sampling_draw_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sampling_inspection (
    case_id bigint NOT NULL,
    number character varying(40) NOT NULL,
    form character varying(64) NOT NULL,
    order_kind character varying(40) NOT NULL,
    sheet jsonb,
    score smallint,
    passed boolean,
    fatal boolean NOT NULL,
    judged_at timestamp with time zone,
    objection text NOT NULL,
    objected_at timestamp with time zone,
    outcome character varying(12) NOT NULL,
    decision text NOT NULL,
    decided_at timestamp with time zone,
    decided_by_id bigint,
    draw_id bigint NOT NULL,
    judged_by_id bigint,
    objected_by_id bigint,
    order_id bigint NOT NULL,
    person_id bigint
);

CREATE TABLE public.satisfaction_entered (
    id bigint NOT NULL,
    month date NOT NULL,
    name character varying(16) NOT NULL,
    value bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.satisfaction_entered ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.satisfaction_entered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.search_change (
    id bigint NOT NULL,
    source character varying(32) NOT NULL,
    object_id bigint,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.search_change ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.search_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shifts_handover (
    case_id bigint NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    handed_at timestamp with time zone,
    signed_at timestamp with time zone,
    remarks text NOT NULL,
    handed_by_id bigint,
    prepared_by_id bigint NOT NULL,
    signed_by_id bigint
);

CREATE TABLE public.shifts_item (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    number character varying(60) NOT NULL,
    due_at timestamp with time zone,
    note character varying(500) NOT NULL,
    passed boolean,
    handover_id bigint NOT NULL,
    person_id bigint,
    ref_id bigint NOT NULL
);

ALTER TABLE public.shifts_item ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.shifts_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialaccount (
    id integer NOT NULL,
    provider character varying(200) NOT NULL,
    uid character varying(191) NOT NULL,
    last_login timestamp with time zone NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    extra_data jsonb NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.socialaccount_socialaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialapp (
    id integer NOT NULL,
    provider character varying(30) NOT NULL,
    name character varying(40) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret character varying(191) NOT NULL,
    key character varying(191) NOT NULL,
    provider_id character varying(200) NOT NULL,
    settings jsonb NOT NULL
);

ALTER TABLE public.socialaccount_socialapp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialapp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialtoken (
    id integer NOT NULL,
    token text NOT NULL,
    token_secret text NOT NULL,
    expires_at timestamp with time zone,
    account_id integer NOT NULL,
    app_id integer
);

ALTER TABLE public.socialaccount_socialtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.standing_integrityentry (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    points integer NOT NULL,
    "on" date NOT NULL,
    expires_on date NOT NULL,
    source character varying(12) NOT NULL,
    evidence character varying(200) NOT NULL,
    words character varying(1000) NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    objection character varying(1000) NOT NULL,
    objected_at timestamp with time zone,
    removed boolean,
    decided_at timestamp with time zone,
    decision character varying(1000) NOT NULL,
    customer_id bigint NOT NULL,
    decided_by_id bigint,
    entered_by_id bigint,
    objected_by_id bigint,
    CONSTRAINT integrity_second_person CHECK (((decided_by_id IS NULL) OR (entered_by_id IS NULL) OR (NOT ((decided_by_id = entered_by_id) AND (decided_by_id IS NOT NULL) AND (entered_by_id IS NOT NULL)))))
);

ALTER TABLE public.standing_integrityentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.standing_integrityentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.standing_managerperiod (
    id bigint NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    by_id bigint,
    customer_id bigint NOT NULL,
    delegate_id bigint,
    manager_id bigint NOT NULL,
    CONSTRAINT manager_dates CHECK (((valid_to IS NULL) OR (valid_to >= valid_from)))
);

ALTER TABLE public.standing_managerperiod ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.standing_managerperiod_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.standing_score (
    id bigint NOT NULL,
    rating character varying(20) NOT NULL,
    points numeric(5,1),
    band character varying(20) NOT NULL,
    known integer NOT NULL,
    rulebook character varying(120) NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE public.standing_score ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.standing_score_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.standing_tierperiod (
    id bigint NOT NULL,
    tier character varying(10) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    reason character varying(200) NOT NULL,
    by_id bigint,
    customer_id bigint NOT NULL,
    CONSTRAINT tier_dates CHECK (((valid_to IS NULL) OR (valid_to >= valid_from)))
);

ALTER TABLE public.standing_tierperiod ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.standing_tierperiod_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.supervision_ordermark (
    id bigint NOT NULL,
    mark character varying(40) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    order_id bigint NOT NULL
);

ALTER TABLE public.supervision_ordermark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.supervision_ordermark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.supervision_supervision (
    case_id bigint NOT NULL,
    number character varying(40) NOT NULL,
    trigger character varying(64) NOT NULL,
    reason character varying(40) NOT NULL,
    serious boolean NOT NULL,
    category character varying(60) NOT NULL,
    demand text NOT NULL,
    wanted_by timestamp with time zone,
    noted_at timestamp with time zone,
    second_at timestamp with time zone,
    measures text NOT NULL,
    promised_at timestamp with time zone,
    answered_at timestamp with time zone,
    rejections smallint NOT NULL,
    decision text NOT NULL,
    decided_at timestamp with time zone,
    answered_by_id bigint,
    by_id bigint,
    decided_by_id bigint,
    noted_by_id bigint,
    order_id bigint NOT NULL,
    second_by_id bigint,
    supervised_id bigint,
    cleared_at timestamp with time zone
);

CREATE TABLE public.tracking_track (
    case_id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    category character varying(60) NOT NULL,
    month date NOT NULL,
    ended_month date,
    is_open boolean NOT NULL,
    answered boolean NOT NULL,
    ending character varying(12) NOT NULL,
    confidential boolean NOT NULL,
    inquired boolean NOT NULL,
    returns smallint NOT NULL,
    urges smallint NOT NULL,
    supervisions smallint NOT NULL,
    reopenings smallint NOT NULL,
    repeated boolean NOT NULL,
    content boolean,
    kept character varying(64)[] NOT NULL,
    broken character varying(64)[] NOT NULL,
    pending character varying(64)[] NOT NULL,
    progress_at timestamp with time zone NOT NULL,
    stands_at timestamp with time zone,
    told_for timestamp with time zone,
    look_at timestamp with time zone,
    at timestamp with time zone NOT NULL,
    handler_id bigint,
    keeper_id bigint,
    unit_id bigint,
    fault_unit_id bigint,
    finding character varying(8) NOT NULL
);

CREATE TABLE public.transfer_exportrequest (
    id bigint NOT NULL,
    listing character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    params jsonb NOT NULL,
    rows integer NOT NULL,
    with_personal boolean NOT NULL,
    reason character varying(300) NOT NULL,
    state character varying(10) NOT NULL,
    decided_at timestamp with time zone,
    decision character varying(300) NOT NULL,
    file_key character varying(64) NOT NULL,
    made_rows integer,
    created_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    expires_at timestamp with time zone,
    taken_at timestamp with time zone,
    decided_by_id bigint,
    person_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    CONSTRAINT export_not_approved_by_oneself CHECK (((decided_by_id IS NULL) OR (NOT ((decided_by_id = person_id) AND (decided_by_id IS NOT NULL)))))
);

ALTER TABLE public.transfer_exportrequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_exportrequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transfer_importchange (
    id bigint NOT NULL,
    "row" integer NOT NULL,
    field character varying(60) NOT NULL,
    before character varying(300) NOT NULL,
    after character varying(300) NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.transfer_importchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_importchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transfer_importedrow (
    id bigint NOT NULL,
    importer character varying(40) NOT NULL,
    source_key character varying(200) NOT NULL,
    content character varying(64) NOT NULL,
    "row" integer NOT NULL,
    target character varying(64) NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.transfer_importedrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_importedrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transfer_importfinding (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    about character varying(200) NOT NULL,
    text character varying(400) NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.transfer_importfinding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_importfinding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transfer_importproblem (
    id bigint NOT NULL,
    "row" integer NOT NULL,
    "column" character varying(200) NOT NULL,
    value character varying(80) NOT NULL,
    reason text NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.transfer_importproblem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_importproblem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transfer_importrun (
    id bigint NOT NULL,
    importer character varying(40) NOT NULL,
    file_name character varying(200) NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    mapping text NOT NULL,
    mapping_sha256 character varying(64) NOT NULL,
    dry_run boolean NOT NULL,
    all_or_nothing boolean NOT NULL,
    state character varying(10) NOT NULL,
    "position" integer NOT NULL,
    total integer,
    read integer NOT NULL,
    created integer NOT NULL,
    doubles integer NOT NULL,
    rejected integer NOT NULL,
    message text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    person_id bigint,
    changed integer NOT NULL
);

ALTER TABLE public.transfer_importrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.transfer_importrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ui_savedview (
    id bigint NOT NULL,
    list_name character varying(64) NOT NULL,
    title character varying(60) NOT NULL,
    query character varying(1000) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    person_id bigint NOT NULL,
    shared_with_id bigint
);

ALTER TABLE public.ui_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ui_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ui_seatstate (
    person_id bigint NOT NULL,
    state character varying(12) NOT NULL,
    since timestamp with time zone
);

CREATE TABLE public.units_unit (
    id bigint NOT NULL,
    code character varying(16) NOT NULL,
    name character varying(80) NOT NULL,
    level character varying(12) NOT NULL,
    lineage bigint[] NOT NULL,
    area_type character varying(8) NOT NULL,
    territory character varying(80)[] NOT NULL,
    calendar character varying(32) NOT NULL,
    opened_on date,
    closed_on date,
    parent_id bigint,
    successor_id bigint,
    CONSTRAINT unit_top_has_no_parent CHECK (((((level)::text = 'headquarters'::text) AND (parent_id IS NULL)) OR (NOT ((level)::text = 'headquarters'::text))))
);

ALTER TABLE public.units_unit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.units_unit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.units_unitchange (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    effective_on date NOT NULL,
    old_name character varying(80) NOT NULL,
    new_name character varying(80) NOT NULL,
    reason character varying(200) NOT NULL,
    by_id bigint,
    by_name character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    problem character varying(300) NOT NULL,
    new_parent_id bigint,
    old_parent_id bigint,
    successor_id bigint,
    unit_id bigint NOT NULL,
    CONSTRAINT unit_change_names_successor CHECK (((NOT ((kind)::text = ANY ((ARRAY['merge'::character varying, 'close'::character varying])::text[]))) OR (successor_id IS NOT NULL)))
);

ALTER TABLE public.units_unitchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.units_unitchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.workorders_callingnow (
    case_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    person_id bigint NOT NULL
);

CREATE TABLE public.workorders_callmade (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    way character varying(8) NOT NULL,
    outcome character varying(16) NOT NULL,
    satisfaction character varying(40) NOT NULL,
    reason character varying(40) NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint,
    unit_id bigint NOT NULL
);

ALTER TABLE public.workorders_callmade ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workorders_callmade_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.workorders_dailytally (
    id bigint NOT NULL,
    day date NOT NULL,
    hour smallint NOT NULL,
    kind character varying(40) NOT NULL,
    arrived integer NOT NULL,
    closed integer NOT NULL,
    on_site integer NOT NULL,
    on_site_minutes bigint NOT NULL,
    restored integer NOT NULL,
    restore_minutes bigint NOT NULL,
    rated integer NOT NULL,
    content integer NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.workorders_dailytally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workorders_dailytally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.workorders_evidence (
    attachment_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL
);

CREATE TABLE public.workorders_finding (
    order_id bigint NOT NULL,
    cause character varying(40) NOT NULL,
    finding text NOT NULL,
    rectification text NOT NULL,
    effect text NOT NULL,
    explanation text NOT NULL,
    benchmark boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    person_id bigint,
    unit_id bigint NOT NULL
);

CREATE TABLE public.workorders_judgement (
    id bigint NOT NULL,
    what character varying(16) NOT NULL,
    before character varying(16) NOT NULL,
    after character varying(16) NOT NULL,
    reason character varying(40) NOT NULL,
    note text NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    order_id bigint NOT NULL,
    unit_id bigint NOT NULL
);

ALTER TABLE public.workorders_judgement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workorders_judgement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.workorders_named (
    id bigint NOT NULL,
    words character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    order_id bigint NOT NULL,
    person_id bigint,
    unit_id bigint
);

ALTER TABLE public.workorders_named ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workorders_named_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.workorders_orderpart (
    case_id bigint CONSTRAINT workorders_jointpart_case_id_not_null NOT NULL,
    task text CONSTRAINT workorders_jointpart_task_not_null NOT NULL,
    result text CONSTRAINT workorders_jointpart_result_not_null NOT NULL,
    accepted_at timestamp with time zone,
    done_at timestamp with time zone,
    number character varying(40) NOT NULL,
    reason character varying(40) NOT NULL,
    by_id bigint,
    meeting_at timestamp with time zone,
    place character varying(200) NOT NULL,
    outcome character varying(40) NOT NULL
);

CREATE TABLE public.workorders_orderscore (
    order_id bigint NOT NULL,
    points smallint NOT NULL,
    gaps smallint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.workorders_sealed (
    case_id bigint NOT NULL,
    contact_name character varying(80) NOT NULL,
    contact_phone character varying(32) NOT NULL,
    address character varying(300) NOT NULL,
    description text NOT NULL,
    channel character varying(24) NOT NULL,
    source character varying(40) NOT NULL,
    source_ref character varying(120) NOT NULL,
    registered_by_id bigint,
    salt character varying(32) NOT NULL,
    digest character varying(64) NOT NULL
);

CREATE TABLE public.workorders_workorder (
    case_id bigint NOT NULL,
    number character varying(40) NOT NULL,
    category character varying(60) NOT NULL,
    priority character varying(8) NOT NULL,
    description text NOT NULL,
    contact_name character varying(80) NOT NULL,
    contact_phone character varying(32) NOT NULL,
    address character varying(300) NOT NULL,
    place character varying(300) NOT NULL,
    channel character varying(24) NOT NULL,
    anonymous boolean NOT NULL,
    confidential boolean NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source character varying(40) NOT NULL,
    source_ref character varying(120) NOT NULL,
    dispatched_at timestamp with time zone,
    accepted_at timestamp with time zone,
    contacted_at timestamp with time zone,
    crew_at timestamp with time zone,
    arrived_at timestamp with time zone,
    diagnosed_at timestamp with time zone,
    restored_at timestamp with time zone,
    appointment_at timestamp with time zone,
    replied_at timestamp with time zone,
    reviewed_at timestamp with time zone,
    called_back_at timestamp with time zone,
    last_attempt_at timestamp with time zone,
    cause character varying(40) NOT NULL,
    ownership character varying(40) NOT NULL,
    evaluation character varying(40) NOT NULL,
    result character varying(40) NOT NULL,
    answer text NOT NULL,
    satisfaction character varying(40) NOT NULL,
    closed_at_once boolean NOT NULL,
    attempts smallint NOT NULL,
    returns smallint NOT NULL,
    reopenings smallint NOT NULL,
    search integer[] NOT NULL,
    registered_by_id bigint,
    route_note jsonb NOT NULL,
    triage jsonb,
    settled_at timestamp with time zone,
    suspension_by_id bigint,
    extension character varying(8) NOT NULL,
    extension_days smallint,
    extension_by_id bigint,
    extensions smallint NOT NULL,
    merged_into_id bigint,
    absorbed smallint NOT NULL,
    repeat_of_id bigint,
    repeats smallint NOT NULL,
    termination_reason character varying(40) NOT NULL,
    termination_by_id bigint,
    inquirer_id bigint,
    inquiry text NOT NULL,
    finding text NOT NULL,
    inquired_at timestamp with time zone,
    told_at timestamp with time zone,
    keeper_id bigint,
    keeper_asked_id bigint,
    keeper_why character varying(16) NOT NULL,
    promise_open boolean NOT NULL,
    call_at timestamp with time zone,
    call_language character varying(40) NOT NULL,
    call_time character varying(40) NOT NULL,
    grade character varying(16) NOT NULL,
    graded_by_id bigint,
    progress_told_at timestamp with time zone,
    reviewed_by_id bigint,
    substantiated character varying(8) NOT NULL,
    sealed boolean NOT NULL,
    no_finding character varying(16) NOT NULL,
    settled_unit_id bigint,
    answered_at timestamp with time zone,
    account_id bigint,
    preferred_for character varying(10) DEFAULT ''::character varying NOT NULL
);

ALTER TABLE ONLY public.delivery ATTACH PARTITION public.delivery_default DEFAULT;

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_default DEFAULT;

ALTER TABLE ONLY public.grid_load ATTACH PARTITION public.grid_load_default DEFAULT;

ALTER TABLE ONLY public.journal_entry ATTACH PARTITION public.journal_entry_default DEFAULT;

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency_answered
    ADD CONSTRAINT answered_once UNIQUE (person_id, key);

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_key_key UNIQUE (key);

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_reverses_id_key UNIQUE (reverses_id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);

ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_accountbill
    ADD CONSTRAINT bill_once UNIQUE (account_id, month);

ALTER TABLE ONLY public.outagenotices_broadcast
    ADD CONSTRAINT broadcast_once UNIQUE (case_id, revision, what);

ALTER TABLE ONLY public.bulletins_receipt
    ADD CONSTRAINT bulletin_seen_once UNIQUE (bulletin_id, person_id, version);

ALTER TABLE ONLY public.bulletins_wording
    ADD CONSTRAINT bulletin_wording_once UNIQUE (bulletin_id, version);

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bulletins_receipt
    ADD CONSTRAINT bulletins_receipt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bulletins_wording
    ADD CONSTRAINT bulletins_wording_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendars_calendarday
    ADD CONSTRAINT calendar_day_once UNIQUE (calendar_id, date);

ALTER TABLE ONLY public.calendars_calendar
    ADD CONSTRAINT calendars_calendar_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.calendars_calendarday
    ADD CONSTRAINT calendars_calendarday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_attachment
    ADD CONSTRAINT casework_attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_case
    ADD CONSTRAINT casework_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_caseclock
    ADD CONSTRAINT casework_caseclock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_caselink
    ADD CONSTRAINT casework_caselink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_participant
    ADD CONSTRAINT casework_participant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_chat
    ADD CONSTRAINT chat_chat_pkey PRIMARY KEY (contact_id);

ALTER TABLE ONLY public.chat_chat
    ADD CONSTRAINT chat_chat_token_key UNIQUE (token);

ALTER TABLE ONLY public.chat_line
    ADD CONSTRAINT chat_line_in_order UNIQUE (chat_id, seq);

ALTER TABLE ONLY public.chat_line
    ADD CONSTRAINT chat_line_once UNIQUE (chat_id, side, key);

ALTER TABLE ONLY public.chat_line
    ADD CONSTRAINT chat_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_presence
    ADD CONSTRAINT chat_presence_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.chat_proof
    ADD CONSTRAINT chat_proof_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cis_kept
    ADD CONSTRAINT cis_kept_number_key UNIQUE (number);

ALTER TABLE ONLY public.cis_kept
    ADD CONSTRAINT cis_kept_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cis_link
    ADD CONSTRAINT cis_link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cis_pushed
    ADD CONSTRAINT cis_pushed_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.cis_seen
    ADD CONSTRAINT cis_seen_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.cis_tally
    ADD CONSTRAINT cis_tally_once UNIQUE (minute, way);

ALTER TABLE ONLY public.cis_tally
    ADD CONSTRAINT cis_tally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.casework_caseclock
    ADD CONSTRAINT clock_once_a_round UNIQUE (case_id, name, round);

ALTER TABLE ONLY public.contacts_contactorder
    ADD CONSTRAINT contact_order_once UNIQUE (contact_id, case_id);

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_code_key UNIQUE (code);

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contacts_contactorder
    ADD CONSTRAINT contacts_contactorder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crews_crew_members
    ADD CONSTRAINT crews_crew_members_crew_id_person_id_8b408fca_uniq UNIQUE (crew_id, person_id);

ALTER TABLE ONLY public.crews_crew_members
    ADD CONSTRAINT crews_crew_members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crews_crew
    ADD CONSTRAINT crews_crew_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crews_duty
    ADD CONSTRAINT crews_duty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.crews_position
    ADD CONSTRAINT crews_position_pkey PRIMARY KEY (crew_id);

ALTER TABLE ONLY public.customers_accountbill
    ADD CONSTRAINT customers_accountbill_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_accountfacts
    ADD CONSTRAINT customers_accountfacts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.customers_accountparty
    ADD CONSTRAINT customers_accountparty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_contactpoint
    ADD CONSTRAINT customers_contactpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_customeraccount
    ADD CONSTRAINT customers_customeraccount_number_key UNIQUE (number);

ALTER TABLE ONLY public.customers_customeraccount
    ADD CONSTRAINT customers_customeraccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_customeragreement
    ADD CONSTRAINT customers_customeragreement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_customermerge
    ADD CONSTRAINT customers_customermerge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_factssource
    ADD CONSTRAINT customers_factssource_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.customers_meter
    ADD CONSTRAINT customers_meter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_place
    ADD CONSTRAINT customers_place_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_placename
    ADD CONSTRAINT customers_placename_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_servicelocation
    ADD CONSTRAINT customers_servicelocation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers_usagepoint
    ADD CONSTRAINT customers_usagepoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafinding_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.delivery_default
    ADD CONSTRAINT delivery_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.demo_build
    ADD CONSTRAINT demo_build_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.demo_deed
    ADD CONSTRAINT demo_deed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.demo_planned
    ADD CONSTRAINT demo_planned_case_id_key UNIQUE (case_id);

ALTER TABLE ONLY public.demo_planned
    ADD CONSTRAINT demo_planned_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.demo_play
    ADD CONSTRAINT demo_play_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.demo_storm
    ADD CONSTRAINT demo_storm_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT desk_draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_scriptofcontact
    ADD CONSTRAINT desk_scriptofcontact_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT draft_once UNIQUE (person_id, key);

ALTER TABLE ONLY public.sampling_draw
    ADD CONSTRAINT draw_once UNIQUE (plan, unit_id, week);

ALTER TABLE ONLY public.satisfaction_entered
    ADD CONSTRAINT entered_once UNIQUE (unit_id, month, name);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.field_fieldsheet
    ADD CONSTRAINT field_fieldsheet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT field_sheetline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.indicators_monthfigure
    ADD CONSTRAINT figure_once_a_month UNIQUE (month, unit_id, code);

ALTER TABLE ONLY public.grid_griddevice
    ADD CONSTRAINT grid_griddevice_code_key UNIQUE (code);

ALTER TABLE ONLY public.grid_griddevice
    ADD CONSTRAINT grid_griddevice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridfinding
    ADD CONSTRAINT grid_gridfinding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridformercode
    ADD CONSTRAINT grid_gridformercode_code_key UNIQUE (code);

ALTER TABLE ONLY public.grid_gridformercode
    ADD CONSTRAINT grid_gridformercode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridlink
    ADD CONSTRAINT grid_gridlink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridpoint
    ADD CONSTRAINT grid_gridpoint_code_key UNIQUE (code);

ALTER TABLE ONLY public.grid_gridpoint
    ADD CONSTRAINT grid_gridpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridpoint
    ADD CONSTRAINT grid_gridpoint_usage_point_id_key UNIQUE (usage_point_id);

ALTER TABLE ONLY public.grid_gridstaged
    ADD CONSTRAINT grid_gridstaged_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_gridversion
    ADD CONSTRAINT grid_gridversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grid_load
    ADD CONSTRAINT grid_load_pkey PRIMARY KEY (device_id, at);

ALTER TABLE ONLY public.grid_load_default
    ADD CONSTRAINT grid_load_default_pkey PRIMARY KEY (device_id, at);

ALTER TABLE ONLY public.grid_gridstaged
    ADD CONSTRAINT grid_staged_once UNIQUE (run, "row");

ALTER TABLE ONLY public.grid_switchstate
    ADD CONSTRAINT grid_switchstate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_application
    ADD CONSTRAINT hall_application_case_id_key UNIQUE (case_id);

ALTER TABLE ONLY public.hall_application
    ADD CONSTRAINT hall_application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_code_key UNIQUE (code);

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.hall_challenge
    ADD CONSTRAINT hall_challenge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_paper
    ADD CONSTRAINT hall_paper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_phonechange
    ADD CONSTRAINT hall_phonechange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_visit
    ADD CONSTRAINT hall_visit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hall_visit
    ADD CONSTRAINT hall_visit_token_key UNIQUE (token);

ALTER TABLE ONLY public.hall_wanted
    ADD CONSTRAINT hall_wanted_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shifts_item
    ADD CONSTRAINT handed_over_once UNIQUE (handover_id, kind, ref_id);

ALTER TABLE ONLY public.idempotency_answered
    ADD CONSTRAINT idempotency_answered_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importedrow
    ADD CONSTRAINT imported_row_once UNIQUE (importer, source_key);

ALTER TABLE ONLY public.indicators_monthcounted
    ADD CONSTRAINT indicators_monthcounted_pkey PRIMARY KEY (month);

ALTER TABLE ONLY public.indicators_monthfigure
    ADD CONSTRAINT indicators_monthfigure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_block
    ADD CONSTRAINT journal_block_first_id_key UNIQUE (first_id);

ALTER TABLE ONLY public.journal_block
    ADD CONSTRAINT journal_block_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT journal_entry_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.journal_entry_default
    ADD CONSTRAINT journal_entry_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY public.journal_personal
    ADD CONSTRAINT journal_personal_pkey PRIMARY KEY (entry_id, name);

ALTER TABLE ONLY public.journal_stream
    ADD CONSTRAINT journal_stream_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.keyaccounts_tierproposal
    ADD CONSTRAINT keyaccounts_tierproposal_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_key_key UNIQUE (key);

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.knowledge_knowledgeitem
    ADD CONSTRAINT knowledge_knowledgeitem_code_key UNIQUE (code);

ALTER TABLE ONLY public.knowledge_knowledgeitem
    ADD CONSTRAINT knowledge_knowledgeitem_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.knowledge_law
    ADD CONSTRAINT knowledge_law_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_law
    ADD CONSTRAINT knowledge_law_title_key UNIQUE (title);

ALTER TABLE ONLY public.knowledge_lawarticle
    ADD CONSTRAINT knowledge_lawarticle_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_scriptrun
    ADD CONSTRAINT knowledge_scriptrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_use
    ADD CONSTRAINT knowledge_use_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_version
    ADD CONSTRAINT knowledge_version_once UNIQUE (item_id, number);

ALTER TABLE ONLY public.knowledge_version
    ADD CONSTRAINT knowledge_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reliability_linetold
    ADD CONSTRAINT line_told_once UNIQUE (device_id, what, month);

ALTER TABLE ONLY public.casework_caselink
    ADD CONSTRAINT link_once UNIQUE (case_id, other_id, kind);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notice_once UNIQUE (person_id, key);

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT notice_once_each UNIQUE (broadcast_id, receiver, way);

ALTER TABLE ONLY public.notices_devsms
    ADD CONSTRAINT notices_devsms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notices_devsms
    ADD CONSTRAINT notices_devsms_ref_key UNIQUE (ref);

ALTER TABLE ONLY public.notices_message
    ADD CONSTRAINT notices_message_key_key UNIQUE (key);

ALTER TABLE ONLY public.notices_message
    ADD CONSTRAINT notices_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notices_message
    ADD CONSTRAINT notices_message_ref_key UNIQUE (ref);

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.supervision_ordermark
    ADD CONSTRAINT order_mark_once UNIQUE (order_id, mark);

ALTER TABLE ONLY public.outagenotices_broadcast
    ADD CONSTRAINT outagenotices_broadcast_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outagenotice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outagenotices_subscription
    ADD CONSTRAINT outagenotices_subscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.outages_outageact
    ADD CONSTRAINT outages_outageact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_key_key UNIQUE (key);

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outages_outageweather
    ADD CONSTRAINT outages_outageweather_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outages_progress
    ADD CONSTRAINT outages_progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_apitoken
    ADD CONSTRAINT people_apitoken_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.people_apitoken
    ADD CONSTRAINT people_apitoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_delegation
    ADD CONSTRAINT people_delegation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_passwordhistory
    ADD CONSTRAINT people_passwordhistory_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_person
    ADD CONSTRAINT people_person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_person
    ADD CONSTRAINT people_person_username_key UNIQUE (username);

ALTER TABLE ONLY public.people_roleassignment
    ADD CONSTRAINT people_roleassignment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_signedin
    ADD CONSTRAINT people_signedin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.people_signedin
    ADD CONSTRAINT people_signedin_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.customers_placename
    ADD CONSTRAINT place_name_once UNIQUE (place_id, name);

ALTER TABLE ONLY public.customers_place
    ADD CONSTRAINT place_once UNIQUE (name, kind, district, city, town, province);

ALTER TABLE ONLY public.planned_affected
    ADD CONSTRAINT planned_affected_once UNIQUE (plan_id, account_id, customer_id);

ALTER TABLE ONLY public.planned_affected
    ADD CONSTRAINT planned_affected_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.planned_caretask
    ADD CONSTRAINT planned_care_once UNIQUE (plan_id, customer_id);

ALTER TABLE ONLY public.planned_caretask
    ADD CONSTRAINT planned_caretask_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.planned_count
    ADD CONSTRAINT planned_count_once UNIQUE (plan_id, number);

ALTER TABLE ONLY public.planned_count
    ADD CONSTRAINT planned_count_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.planned_planneddevice
    ADD CONSTRAINT planned_device_once UNIQUE (plan_id, device);

ALTER TABLE ONLY public.planned_planneddevice
    ADD CONSTRAINT planned_planneddevice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutage_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.planned_plannedwork
    ADD CONSTRAINT planned_plannedwork_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_challenge
    ADD CONSTRAINT portal_challenge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_origin
    ADD CONSTRAINT portal_origin_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.portal_origin
    ADD CONSTRAINT portal_origin_receipt_key UNIQUE (receipt);

ALTER TABLE ONLY public.portal_ratinglink
    ADD CONSTRAINT portal_ratinglink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_ratinglink
    ADD CONSTRAINT portal_ratinglink_token_key UNIQUE (token);

ALTER TABLE ONLY public.portal_visit
    ADD CONSTRAINT portal_visit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_visit
    ADD CONSTRAINT portal_visit_token_key UNIQUE (token);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_ratinglink
    ADD CONSTRAINT rating_link_once UNIQUE (case_id, version);

ALTER TABLE ONLY public.reliability_improvement
    ADD CONSTRAINT reliability_improvement_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.reliability_linetold
    ADD CONSTRAINT reliability_linetold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reliability_served
    ADD CONSTRAINT reliability_served_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_number_key UNIQUE (number);

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.rulebook_publication
    ADD CONSTRAINT rulebook_publication_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rulebook_publication
    ADD CONSTRAINT rulebook_publication_version_key UNIQUE (version);

ALTER TABLE ONLY public.sampling_draw
    ADD CONSTRAINT sampling_draw_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_order_id_key UNIQUE (order_id);

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.satisfaction_entered
    ADD CONSTRAINT satisfaction_entered_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_score
    ADD CONSTRAINT score_once UNIQUE (customer_id, rating);

ALTER TABLE ONLY public.search_change
    ADD CONSTRAINT search_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reliability_served
    ADD CONSTRAINT served_once_a_month UNIQUE (month, unit_id);

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT sheet_case_once UNIQUE (sheet_id, case_id);

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT sheet_place_once UNIQUE (sheet_id, place);

ALTER TABLE ONLY public.shifts_handover
    ADD CONSTRAINT shifts_handover_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.shifts_item
    ADD CONSTRAINT shifts_item_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_provider_uid_fc810c6e_uniq UNIQUE (provider, uid);

ALTER TABLE ONLY public.socialaccount_socialapp
    ADD CONSTRAINT socialaccount_socialapp_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq UNIQUE (app_id, account_id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_integrityentry
    ADD CONSTRAINT standing_integrityentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_managerperiod
    ADD CONSTRAINT standing_managerperiod_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_score
    ADD CONSTRAINT standing_score_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_tierperiod
    ADD CONSTRAINT standing_tierperiod_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.supervision_ordermark
    ADD CONSTRAINT supervision_ordermark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervision_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.workorders_dailytally
    ADD CONSTRAINT tally_once UNIQUE (unit_id, day, hour, kind);

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.transfer_exportrequest
    ADD CONSTRAINT transfer_exportrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importchange
    ADD CONSTRAINT transfer_importchange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importedrow
    ADD CONSTRAINT transfer_importedrow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importfinding
    ADD CONSTRAINT transfer_importfinding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importproblem
    ADD CONSTRAINT transfer_importproblem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfer_importrun
    ADD CONSTRAINT transfer_importrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ui_savedview
    ADD CONSTRAINT ui_savedview_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ui_seatstate
    ADD CONSTRAINT ui_seatstate_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.units_unit
    ADD CONSTRAINT units_unit_code_key UNIQUE (code);

ALTER TABLE ONLY public.units_unit
    ADD CONSTRAINT units_unit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.units_unitchange
    ADD CONSTRAINT units_unitchange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ui_savedview
    ADD CONSTRAINT view_title_once UNIQUE (person_id, list_name, title);

ALTER TABLE ONLY public.outages_outageweather
    ADD CONSTRAINT weather_once_an_hour UNIQUE (unit_id, at);

ALTER TABLE ONLY public.workorders_callingnow
    ADD CONSTRAINT workorders_callingnow_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.workorders_callmade
    ADD CONSTRAINT workorders_callmade_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workorders_dailytally
    ADD CONSTRAINT workorders_dailytally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workorders_evidence
    ADD CONSTRAINT workorders_evidence_pkey PRIMARY KEY (attachment_id);

ALTER TABLE ONLY public.workorders_finding
    ADD CONSTRAINT workorders_finding_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.workorders_orderpart
    ADD CONSTRAINT workorders_jointpart_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.workorders_judgement
    ADD CONSTRAINT workorders_judgement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workorders_named
    ADD CONSTRAINT workorders_named_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workorders_orderscore
    ADD CONSTRAINT workorders_orderscore_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.workorders_sealed
    ADD CONSTRAINT workorders_sealed_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_number_key UNIQUE (number);

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_pkey PRIMARY KEY (case_id);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX act_waits ON public.outages_outageact USING btree (id) WHERE (taken IS NULL);

CREATE INDEX agreement_expires ON public.customers_customeragreement USING btree (expires_on) WHERE ((ended_on IS NULL) AND (expires_on IS NOT NULL));

CREATE INDEX application_customer ON public.hall_application USING btree (customer_id, saved_at DESC);

CREATE UNIQUE INDEX application_one_draft ON public.hall_application USING btree (customer_id, account_id, code) WHERE (case_id IS NULL);

CREATE INDEX appointment_due ON public.hall_appointment USING btree (starts_at) WHERE active;

CREATE UNIQUE INDEX appointment_once ON public.hall_appointment USING btree (customer_id, starts_at) WHERE active;

CREATE INDEX appointment_slot ON public.hall_appointment USING btree (unit_id, booking, starts_at);

CREATE INDEX assessment_appeal_by_id_e5cec5f4 ON public.assessment_appeal USING btree (by_id);

CREATE INDEX assessment_appeal_decided_by_again_id_f5882165 ON public.assessment_appeal USING btree (decided_by_again_id);

CREATE INDEX assessment_appeal_decided_by_id_bad3eeef ON public.assessment_appeal USING btree (decided_by_id);

CREATE INDEX assessment_ledgerentry_case_id_b146a032 ON public.assessment_ledgerentry USING btree (case_id);

CREATE INDEX assessment_ledgerentry_key_47b66f5e_like ON public.assessment_ledgerentry USING btree (key varchar_pattern_ops);

CREATE INDEX assessment_ledgerentry_person_id_b4fce057 ON public.assessment_ledgerentry USING btree (person_id);

CREATE INDEX assessment_ledgerentry_unit_id_088fc764 ON public.assessment_ledgerentry USING btree (unit_id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);

CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);

CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON public.axes_accessattempt USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);

CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON public.axes_accessattempt USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON public.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON public.axes_accessfailurelog USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);

CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);

CREATE INDEX axes_accesslog_user_agent_0e659004_like ON public.axes_accesslog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);

CREATE INDEX axes_accesslog_username_df93064b_like ON public.axes_accesslog USING btree (username varchar_pattern_ops);

CREATE INDEX bulletin_posted ON public.bulletins_bulletin USING btree (unit_id, valid_from) WHERE ((state)::text = 'posted'::text);

CREATE INDEX bulletin_waiting ON public.bulletins_bulletin USING btree (id DESC) WHERE ((state)::text = 'proposed'::text);

CREATE INDEX bulletins_bulletin_order_id_60c9f290 ON public.bulletins_bulletin USING btree (order_id);

CREATE INDEX bulletins_bulletin_unit_id_80de0d7a ON public.bulletins_bulletin USING btree (unit_id);

CREATE INDEX bulletins_wording_bulletin_id_13f28df7 ON public.bulletins_wording USING btree (bulletin_id);

CREATE INDEX calendars_calendar_name_a4c2919a_like ON public.calendars_calendar USING btree (name varchar_pattern_ops);

CREATE INDEX calendars_calendarday_calendar_id_e0032dfa ON public.calendars_calendarday USING btree (calendar_id);

CREATE INDEX calendars_calendarday_calendar_id_e0032dfa_like ON public.calendars_calendarday USING btree (calendar_id varchar_pattern_ops);

CREATE INDEX call_made_at ON public.workorders_callmade USING btree (at);

CREATE INDEX case_done_opened ON public.casework_case USING btree (opened_at DESC, id DESC) WHERE (NOT is_open);

CREATE INDEX case_kind ON public.casework_case USING btree (kind);

CREATE INDEX case_open_due ON public.casework_case USING btree (due_at, id, warn_at) WHERE is_open;

CREATE INDEX case_open_opened ON public.casework_case USING btree (opened_at DESC, id DESC) WHERE is_open;

CREATE INDEX case_open_owner ON public.casework_case USING btree (owner_id) WHERE is_open;

CREATE INDEX case_open_sight ON public.casework_case USING gin (sight) WHERE is_open;

CREATE INDEX case_open_state ON public.casework_case USING btree (state, kind) WHERE is_open;

CREATE INDEX case_opened ON public.casework_case USING btree (opened_at DESC, id DESC);

CREATE INDEX case_parent ON public.casework_case USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX case_recused ON public.casework_case USING btree (id) WHERE ((NOT (recused_people = '{}'::bigint[])) OR (NOT (recused_units = '{}'::bigint[])));

CREATE INDEX case_sight ON public.casework_case USING gin (sight);

CREATE INDEX casework_attachment_by_id_626a1a3f ON public.casework_attachment USING btree (by_id);

CREATE INDEX casework_attachment_case_id_92eda3b0 ON public.casework_attachment USING btree (case_id);

CREATE INDEX casework_case_owner_id_12e048c1 ON public.casework_case USING btree (owner_id);

CREATE INDEX casework_case_unit_id_4ccc6d40 ON public.casework_case USING btree (unit_id);

CREATE INDEX casework_caseclock_case_id_6264174a ON public.casework_caseclock USING btree (case_id);

CREATE INDEX casework_caselink_case_id_38e6ed97 ON public.casework_caselink USING btree (case_id);

CREATE INDEX casework_caselink_other_id_81f4d80c ON public.casework_caselink USING btree (other_id);

CREATE INDEX casework_participant_case_id_d5362567 ON public.casework_participant USING btree (case_id);

CREATE INDEX casework_participant_person_id_e441f572 ON public.casework_participant USING btree (person_id);

CREATE INDEX casework_participant_unit_id_6412be59 ON public.casework_participant USING btree (unit_id);

CREATE INDEX challenge_number ON public.portal_challenge USING btree (number, asked_at);

CREATE INDEX challenge_phone ON public.portal_challenge USING btree (phone, asked_at);

CREATE INDEX chat_chat_token_a90903f0_like ON public.chat_chat USING btree (token varchar_pattern_ops);

CREATE INDEX chat_opened ON public.chat_chat USING btree (opened_at);

CREATE INDEX chat_proof_chat_id_3b13d030 ON public.chat_proof USING btree (chat_id);

CREATE INDEX chat_proof_phone ON public.chat_proof USING btree (phone, asked_at);

CREATE INDEX chat_queue ON public.chat_chat USING btree (front DESC, waiting_since, contact_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX chat_token_lives ON public.chat_chat USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX chat_under_way ON public.chat_chat USING btree (state) WHERE ((state)::text = 'talking'::text);

CREATE INDEX cis_kept_number_fbd618d6_like ON public.cis_kept USING btree (number varchar_pattern_ops);

CREATE INDEX cis_pushed_key_09b8818e_like ON public.cis_pushed USING btree (key varchar_pattern_ops);

CREATE INDEX cis_seen_number_cb7afb05_like ON public.cis_seen USING btree (number varchar_pattern_ops);

CREATE INDEX clock_next ON public.casework_caseclock USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE UNIQUE INDEX consent_once ON public.customers_consent USING btree (contact_id, purpose) WHERE (withdrawn_at IS NULL);

CREATE INDEX contact_current ON public.contacts_contact USING btree (owner_id) WHERE (NOT ((state)::text = 'done'::text));

CREATE INDEX contact_newest ON public.contacts_contact USING btree (began_at DESC, id DESC);

CREATE UNIQUE INDEX contact_once ON public.customers_contactpoint USING btree (customer_id, kind, value) WHERE (valid_to IS NULL);

CREATE INDEX contact_owner ON public.contacts_contact USING btree (owner_id, began_at DESC);

CREATE INDEX contact_party ON public.contacts_contact USING btree (party, began_at) WHERE (NOT ((party)::text = ''::text));

CREATE UNIQUE INDEX contact_told_once ON public.contacts_contact USING btree (source, source_ref) WHERE (NOT ((source_ref)::text = ''::text));

CREATE INDEX contact_value ON public.customers_contactpoint USING btree (value varchar_pattern_ops) WHERE (valid_to IS NULL);

CREATE INDEX contacts_contact_code_128aef5f_like ON public.contacts_contact USING btree (code varchar_pattern_ops);

CREATE INDEX contacts_contactorder_case_id_35dda687 ON public.contacts_contactorder USING btree (case_id);

CREATE INDEX contacts_contactorder_contact_id_642976b1 ON public.contacts_contactorder USING btree (contact_id);

CREATE UNIQUE INDEX crew_name_once ON public.crews_crew USING btree (unit_id, name) WHERE (closed_at IS NULL);

CREATE INDEX crews_crew_members_crew_id_172dd976 ON public.crews_crew_members USING btree (crew_id);

CREATE INDEX crews_crew_members_person_id_aa75d11f ON public.crews_crew_members USING btree (person_id);

CREATE INDEX crews_crew_unit_id_8fe73e3d ON public.crews_crew USING btree (unit_id);

CREATE INDEX crews_duty_crew_id_1c331911 ON public.crews_duty USING btree (crew_id);

CREATE INDEX customer_importance ON public.customers_customer USING btree (importance, unit_id) WHERE (NOT ((importance)::text = ''::text));

CREATE INDEX customer_initials ON public.customers_customer USING btree (initials varchar_pattern_ops, unit_id);

CREATE INDEX customer_keys ON public.customers_customer USING gin (keys) WITH (fastupdate=off);

CREATE INDEX customer_manager ON public.customers_customer USING btree (manager_id) WHERE (manager_id IS NOT NULL);

CREATE INDEX customer_merged ON public.customers_customer USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);

CREATE INDEX customer_name ON public.customers_customer USING btree (name varchar_pattern_ops, unit_id);

CREATE INDEX customer_protected ON public.customers_customer USING btree (unit_id) WHERE protected;

CREATE INDEX customer_sounds ON public.customers_customer USING btree (sounds varchar_pattern_ops, unit_id);

CREATE INDEX customer_spread_initials ON public.customers_customer USING btree (initials varchar_pattern_ops) WHERE spread;

CREATE INDEX customer_spread_name ON public.customers_customer USING btree (name varchar_pattern_ops) WHERE spread;

CREATE INDEX customer_spread_sounds ON public.customers_customer USING btree (sounds varchar_pattern_ops) WHERE spread;

CREATE INDEX customer_tier ON public.customers_customer USING btree (tier, unit_id) WHERE (NOT ((tier)::text = ''::text));

CREATE INDEX customer_unit ON public.customers_customer USING btree (unit_id);

CREATE INDEX customers_accountparty_account_id_8515acf6 ON public.customers_accountparty USING btree (account_id);

CREATE INDEX customers_accountparty_customer_id_c2cae06e ON public.customers_accountparty USING btree (customer_id);

CREATE INDEX customers_consent_contact_id_37be4d89 ON public.customers_consent USING btree (contact_id);

CREATE INDEX customers_contactpoint_customer_id_c5e90863 ON public.customers_contactpoint USING btree (customer_id);

CREATE INDEX customers_customeraccount_number_5fa2a7a9_like ON public.customers_customeraccount USING btree (number varchar_pattern_ops);

CREATE INDEX customers_customeraccount_unit_id_c08152a1 ON public.customers_customeraccount USING btree (unit_id);

CREATE INDEX customers_customeragreement_account_id_95ca4a72 ON public.customers_customeragreement USING btree (account_id);

CREATE INDEX customers_customermerge_gone_id_1bf31243 ON public.customers_customermerge USING btree (gone_id);

CREATE INDEX customers_customermerge_kept_id_f0be05d8 ON public.customers_customermerge USING btree (kept_id);

CREATE INDEX customers_factssource_name_542c8873_like ON public.customers_factssource USING btree (name varchar_pattern_ops);

CREATE INDEX customers_meter_point_id_aa4b5123 ON public.customers_meter USING btree (point_id);

CREATE INDEX customers_placename_place_id_a5a0c704 ON public.customers_placename USING btree (place_id);

CREATE INDEX customers_usagepoint_agreement_id_dab8979c ON public.customers_usagepoint USING btree (agreement_id);

CREATE INDEX data_finding_key ON public.dataquality_datafinding USING btree (key);

CREATE UNIQUE INDEX data_finding_open_once ON public.dataquality_datafinding USING btree (key) WHERE is_open;

CREATE INDEX data_finding_rule ON public.dataquality_datafinding USING btree (rule, case_id DESC);

CREATE INDEX dataquality_datafinding_account_id_71bfc4b2 ON public.dataquality_datafinding USING btree (account_id);

CREATE INDEX dataquality_datafinding_customer_id_40128d15 ON public.dataquality_datafinding USING btree (customer_id);

CREATE INDEX dataquality_datafinding_other_id_dfce82ad ON public.dataquality_datafinding USING btree (other_id);

CREATE INDEX delivery_dead ON ONLY public.delivery USING btree (id) WHERE ((state)::text = 'dead'::text);

CREATE INDEX delivery_default_id_idx ON public.delivery_default USING btree (id) WHERE ((state)::text = 'dead'::text);

CREATE INDEX delivery_nudge ON ONLY public.delivery USING btree (nudge_at) WHERE (((state)::text = 'pending'::text) AND (nudge_at IS NOT NULL));

CREATE INDEX delivery_default_nudge_at_idx ON public.delivery_default USING btree (nudge_at) WHERE (((state)::text = 'pending'::text) AND (nudge_at IS NOT NULL));

CREATE INDEX delivery_open ON ONLY public.delivery USING btree (subscriber, key, event_id) WHERE ((state)::text = ANY ((ARRAY['pending'::character varying, 'dead'::character varying])::text[]));

CREATE INDEX delivery_default_subscriber_key_event_id_idx ON public.delivery_default USING btree (subscriber, key, event_id) WHERE ((state)::text = ANY ((ARRAY['pending'::character varying, 'dead'::character varying])::text[]));

CREATE INDEX demo_deed_case_id_b3f21aa3 ON public.demo_deed USING btree (case_id);

CREATE INDEX demo_deed_newest ON public.demo_deed USING btree (id DESC);

CREATE INDEX demo_deed_person_id_558edea5 ON public.demo_deed USING btree (person_id);

CREATE INDEX demo_play_changed_by_id_a351f642 ON public.demo_play USING btree (changed_by_id);

CREATE INDEX demo_storm_city_id_47f9a630 ON public.demo_storm USING btree (city_id);

CREATE INDEX desk_draft_saved_at_b94c58ab ON public.desk_draft USING btree (saved_at);

CREATE INDEX desk_scriptofcontact_contact_id_865e424e ON public.desk_scriptofcontact USING btree (contact_id);

CREATE INDEX device_interval ON public.grid_griddevice USING btree (lft, rgt);

CREATE INDEX device_kind ON public.grid_griddevice USING btree (kind, unit_id);

CREATE INDEX device_name ON public.grid_griddevice USING btree (name varchar_pattern_ops);

CREATE INDEX device_place ON public.grid_griddevice USING btree (kind, x, y) WHERE (x IS NOT NULL);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX duty_now ON public.crews_duty USING btree (crew_id, ends_at);

CREATE INDEX event_unrelayed ON ONLY public.event USING btree (id) WHERE (NOT relayed);

CREATE INDEX event_default_id_idx ON public.event_default USING btree (id) WHERE (NOT relayed);

CREATE INDEX field_fieldsheet_unit_id_1f6bb8a0 ON public.field_fieldsheet USING btree (unit_id);

CREATE INDEX field_sheetline_case_id_c3e10d76 ON public.field_sheetline USING btree (case_id);

CREATE INDEX finding_source ON public.grid_gridfinding USING btree (source, kind);

CREATE INDEX grid_griddevice_code_afd861fe_like ON public.grid_griddevice USING btree (code varchar_pattern_ops);

CREATE INDEX grid_griddevice_parent_id_f1ff41d3 ON public.grid_griddevice USING btree (parent_id);

CREATE INDEX grid_griddevice_unit_id_e0ed7a8a ON public.grid_griddevice USING btree (unit_id);

CREATE INDEX grid_gridfinding_device_id_353db03c ON public.grid_gridfinding USING btree (device_id);

CREATE INDEX grid_gridformercode_code_8067c124_like ON public.grid_gridformercode USING btree (code varchar_pattern_ops);

CREATE INDEX grid_gridformercode_device_id_8720f68b ON public.grid_gridformercode USING btree (device_id);

CREATE INDEX grid_gridlink_device_id_23f63a47 ON public.grid_gridlink USING btree (device_id);

CREATE INDEX grid_gridpoint_code_5c41a875_like ON public.grid_gridpoint USING btree (code varchar_pattern_ops);

CREATE INDEX grid_gridpoint_device_id_41d0dba6 ON public.grid_gridpoint USING btree (device_id);

CREATE INDEX grid_load_rate ON ONLY public.grid_load USING btree (rate) WHERE (rate IS NOT NULL);

CREATE INDEX grid_load_default_rate_idx ON public.grid_load_default USING btree (rate) WHERE (rate IS NOT NULL);

CREATE INDEX grid_switchstate_device_id_ff2fe70a ON public.grid_switchstate USING btree (device_id);

CREATE INDEX hall_application_account_id_d6739780 ON public.hall_application USING btree (account_id);

CREATE INDEX hall_application_customer_id_c9a4defb ON public.hall_application USING btree (customer_id);

CREATE INDEX hall_appointment_account_id_126405c6 ON public.hall_appointment USING btree (account_id);

CREATE INDEX hall_appointment_code_8f590770_like ON public.hall_appointment USING btree (code varchar_pattern_ops);

CREATE INDEX hall_appointment_customer_id_38df4655 ON public.hall_appointment USING btree (customer_id);

CREATE INDEX hall_challenge_account_id_fb6148b5 ON public.hall_challenge USING btree (account_id);

CREATE INDEX hall_challenge_customer_id_e53253dd ON public.hall_challenge USING btree (customer_id);

CREATE INDEX hall_challenge_number ON public.hall_challenge USING btree (number, asked_at);

CREATE INDEX hall_challenge_phone ON public.hall_challenge USING btree (phone, asked_at);

CREATE INDEX hall_change_phone ON public.hall_phonechange USING btree (phone, asked_at);

CREATE INDEX hall_paper_application_id_6ef9ad6d ON public.hall_paper USING btree (application_id);

CREATE INDEX hall_paper_attachment_id_60aa9b06 ON public.hall_paper USING btree (attachment_id);

CREATE INDEX hall_phonechange_customer_id_60904522 ON public.hall_phonechange USING btree (customer_id);

CREATE INDEX hall_phonechange_visit_id_1ce55894 ON public.hall_phonechange USING btree (visit_id);

CREATE INDEX hall_visit_account_id_5f5c7086 ON public.hall_visit USING btree (account_id);

CREATE INDEX hall_visit_customer_id_fe52001e ON public.hall_visit USING btree (customer_id);

CREATE INDEX hall_visit_token_e713aa21_like ON public.hall_visit USING btree (token varchar_pattern_ops);

CREATE INDEX hall_wanted_application_id_7a754987 ON public.hall_wanted USING btree (application_id);

CREATE INDEX idempotency_answered_person_id_2621fe92 ON public.idempotency_answered USING btree (person_id);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE UNIQUE INDEX import_run_one_open ON public.transfer_importrun USING btree (importer, file_sha256, mapping_sha256) WHERE ((NOT dry_run) AND ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])));

CREATE INDEX improvement_device ON public.reliability_improvement USING btree (device);

CREATE UNIQUE INDEX improvement_one_open ON public.reliability_improvement USING btree (device, ground) WHERE is_open;

CREATE INDEX indicators_monthfigure_unit_id_7344662e ON public.indicators_monthfigure USING btree (unit_id);

CREATE INDEX inspection_judged ON public.sampling_inspection USING btree (judged_at);

CREATE INDEX integrity_customer ON public.standing_integrityentry USING btree (customer_id, "on");

CREATE INDEX journal_entry_case ON ONLY public.journal_entry USING btree (case_id, id) WHERE (case_id IS NOT NULL);

CREATE INDEX journal_entry_default_case_id_id_idx ON public.journal_entry_default USING btree (case_id, id) WHERE (case_id IS NOT NULL);

CREATE INDEX journal_entry_stream ON ONLY public.journal_entry USING btree (stream, seq);

CREATE INDEX journal_entry_default_stream_seq_idx ON public.journal_entry_default USING btree (stream, seq);

CREATE INDEX judgement_newest ON public.workorders_judgement USING btree (what, at DESC, id DESC);

CREATE INDEX keyaccounts_tierproposal_customer_id_f334a061 ON public.keyaccounts_tierproposal USING btree (customer_id);

CREATE INDEX keyaccounts_visit_customer_id_18d27b55 ON public.keyaccounts_visit USING btree (customer_id);

CREATE INDEX keyaccounts_visit_key_6bd00d37_like ON public.keyaccounts_visit USING btree (key varchar_pattern_ops);

CREATE INDEX keyaccounts_visit_order_id_5a7e1b4c ON public.keyaccounts_visit USING btree (order_id);

CREATE INDEX knowledge_by_category ON public.knowledge_knowledgeitem USING btree (category, code);

CREATE INDEX knowledge_knowledgeitem_code_dd2c55c3_like ON public.knowledge_knowledgeitem USING btree (code varchar_pattern_ops);

CREATE INDEX knowledge_law_short_title_e3c4b7ce ON public.knowledge_law USING btree (short_title);

CREATE INDEX knowledge_law_short_title_e3c4b7ce_like ON public.knowledge_law USING btree (short_title varchar_pattern_ops);

CREATE INDEX knowledge_law_title_eeaf8cbc_like ON public.knowledge_law USING btree (title varchar_pattern_ops);

CREATE INDEX knowledge_lawarticle_law_id_ff7188f9 ON public.knowledge_lawarticle USING btree (law_id);

CREATE INDEX knowledge_use_item_id_b6131ec2 ON public.knowledge_use USING btree (item_id);

CREATE INDEX knowledge_use_last ON public.knowledge_use USING btree (item_id, person_id, at DESC);

CREATE INDEX knowledge_version_item_id_a6291de4 ON public.knowledge_version USING btree (item_id);

CREATE UNIQUE INDEX law_article_in_force_once ON public.knowledge_lawarticle USING btree (law_id, label) WHERE (replaced_at IS NULL);

CREATE INDEX ledger_period ON public.assessment_ledgerentry USING btree (period, unit_id);

CREATE INDEX ledger_scope ON public.assessment_ledgerentry USING gin (scope);

CREATE UNIQUE INDEX link_one_now ON public.grid_gridlink USING btree (device_id) WHERE (valid_to IS NULL);

CREATE INDEX location_of_community ON public.customers_servicelocation USING btree (community_id, building, room, entrance, id) WHERE (community_id IS NOT NULL);

CREATE INDEX location_of_road ON public.customers_servicelocation USING btree (road_id, road_number, building, room, entrance, id) WHERE (road_id IS NOT NULL);

CREATE UNIQUE INDEX manager_one_now ON public.standing_managerperiod USING btree (customer_id) WHERE (valid_to IS NULL);

CREATE INDEX message_case ON public.notices_message USING btree (case_id) WHERE (case_id IS NOT NULL);

CREATE INDEX message_unsettled ON public.notices_message USING btree (id) WHERE (NOT ((state)::text = 'sent'::text));

CREATE INDEX meter_number ON public.customers_meter USING btree (number varchar_pattern_ops) WHERE (removed_on IS NULL);

CREATE UNIQUE INDEX meter_once ON public.customers_meter USING btree (number) WHERE (removed_on IS NULL);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX notice_of_person ON public.notices_notice USING btree (person_id, id DESC);

CREATE INDEX notice_unread ON public.notices_notice USING btree (person_id, id DESC) WHERE (read_at IS NULL);

CREATE INDEX notices_devsms_ref_03159b52_like ON public.notices_devsms USING btree (ref varchar_pattern_ops);

CREATE INDEX notices_message_key_1184b738_like ON public.notices_message USING btree (key varchar_pattern_ops);

CREATE INDEX notices_notice_person_id_94368381 ON public.notices_notice USING btree (person_id);

CREATE INDEX order_account ON public.workorders_workorder USING btree (account_id, case_id DESC) WHERE (account_id IS NOT NULL);

CREATE INDEX order_asked_to_keep ON public.workorders_workorder USING btree (keeper_asked_id) WHERE (keeper_asked_id IS NOT NULL);

CREATE INDEX order_category ON public.workorders_workorder USING btree (category);

CREATE INDEX order_channel ON public.workorders_workorder USING btree (channel);

CREATE INDEX order_merged ON public.workorders_workorder USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);

CREATE INDEX order_phone ON public.workorders_workorder USING btree (contact_phone, case_id DESC) WHERE (NOT ((contact_phone)::text = ''::text));

CREATE INDEX order_place ON public.workorders_workorder USING btree (place, case_id DESC) WHERE (NOT ((place)::text = ''::text));

CREATE INDEX order_priority ON public.workorders_workorder USING btree (priority) WHERE (NOT ((priority)::text = 'normal'::text));

CREATE INDEX order_promised ON public.workorders_workorder USING btree (keeper_id, case_id) WHERE promise_open;

CREATE INDEX order_search ON public.workorders_workorder USING gin (search);

CREATE UNIQUE INDEX order_source_once ON public.workorders_workorder USING btree (source, source_ref) WHERE (NOT ((source_ref)::text = ''::text));

CREATE INDEX outage_device ON public.outages_outage USING btree (device);

CREATE INDEX outage_ended ON public.outages_outage USING btree (actual_end) WHERE (actual_end IS NOT NULL);

CREATE INDEX outage_notice_calls ON public.outagenotices_outagenotice USING btree (rank, id) WHERE (((fate)::text = 'waiting'::text) AND ((way)::text = 'call'::text));

CREATE INDEX outage_notice_handed ON public.outagenotices_outagenotice USING btree (handed_at DESC) WHERE (handed_at IS NOT NULL);

CREATE INDEX outage_notice_waits ON public.outagenotices_outagenotice USING btree (not_before, rank, id) WHERE (((fate)::text = 'waiting'::text) AND (NOT ((way)::text = 'call'::text)));

CREATE INDEX outage_open ON public.outages_outage USING btree (actual_start DESC, case_id DESC) WHERE is_open;

CREATE INDEX outagenotices_broadcast_case_id_7f20c20c ON public.outagenotices_broadcast USING btree (case_id);

CREATE INDEX outagenotices_outagenotice_broadcast_id_e2b16aa0 ON public.outagenotices_outagenotice USING btree (broadcast_id);

CREATE INDEX outagenotices_outagenotice_message_id_64fb9db6 ON public.outagenotices_outagenotice USING btree (message_id);

CREATE INDEX outagenotices_subscription_account_id_cfa0c0f5 ON public.outagenotices_subscription USING btree (account_id);

CREATE INDEX outagenotices_subscription_location_id_dc1ac5ba ON public.outagenotices_subscription USING btree (location_id);

CREATE INDEX outagenotices_subscription_place_id_33ab5dfd ON public.outagenotices_subscription USING btree (place_id);

CREATE INDEX outages_outage_lead_id_7c6a878f ON public.outages_outage USING btree (lead_id);

CREATE INDEX outages_outage_merged_into_id_62fc9165 ON public.outages_outage USING btree (merged_into_id);

CREATE INDEX outages_outageact_outage_id_1d2273ba ON public.outages_outageact USING btree (outage_id);

CREATE INDEX outages_outagereport_key_7c3fef50_like ON public.outages_outagereport USING btree (key varchar_pattern_ops);

CREATE INDEX outages_outagereport_order_id_0ff69d76 ON public.outages_outagereport USING btree (order_id);

CREATE INDEX outages_outagereport_outage_id_307f3956 ON public.outages_outagereport USING btree (outage_id);

CREATE INDEX outages_outageweather_unit_id_50fd28ad ON public.outages_outageweather USING btree (unit_id);

CREATE INDEX party_of_customer ON public.customers_accountparty USING btree (customer_id, account_id) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX party_once ON public.customers_accountparty USING btree (account_id, customer_id, role) WHERE (valid_to IS NULL);

CREATE INDEX people_apitoken_digest_af4674e2_like ON public.people_apitoken USING btree (digest varchar_pattern_ops);

CREATE INDEX people_apitoken_person_id_3d2ada73 ON public.people_apitoken USING btree (person_id);

CREATE INDEX people_delegation_absent_id_77e98136 ON public.people_delegation USING btree (absent_id);

CREATE INDEX people_delegation_delegate_id_c23c395c ON public.people_delegation USING btree (delegate_id);

CREATE INDEX people_passwordhistory_person_id_eec18b55 ON public.people_passwordhistory USING btree (person_id);

CREATE INDEX people_person_unit_id_0a537c13 ON public.people_person USING btree (unit_id);

CREATE INDEX people_person_username_997612ff_like ON public.people_person USING btree (username varchar_pattern_ops);

CREATE INDEX people_role_unit_id_0a23bc_idx ON public.people_roleassignment USING btree (unit_id, role);

CREATE INDEX people_roleassignment_person_id_ebd07ebf ON public.people_roleassignment USING btree (person_id);

CREATE INDEX people_roleassignment_unit_id_be5e5546 ON public.people_roleassignment USING btree (unit_id);

CREATE INDEX people_signedin_person_id_b7de1939 ON public.people_signedin USING btree (person_id);

CREATE INDEX people_signedin_session_key_d88ae528_like ON public.people_signedin USING btree (session_key varchar_pattern_ops);

CREATE UNIQUE INDEX person_username_whatever_case ON public.people_person USING btree (upper((username)::text));

CREATE INDEX place_keys ON public.customers_placename USING gin (keys) WITH (fastupdate=off);

CREATE INDEX planned_affected_account_id_5bd6c133 ON public.planned_affected USING btree (account_id);

CREATE INDEX planned_affected_plan_id_38505d15 ON public.planned_affected USING btree (plan_id);

CREATE INDEX planned_caretask_customer_id_f232c53a ON public.planned_caretask USING btree (customer_id);

CREATE INDEX planned_caretask_plan_id_970e33c9 ON public.planned_caretask USING btree (plan_id);

CREATE INDEX planned_count_plan_id_84346bbd ON public.planned_count USING btree (plan_id);

CREATE INDEX planned_device ON public.planned_planneddevice USING btree (device);

CREATE INDEX planned_first ON public.planned_plannedoutage USING btree (first_starts_at);

CREATE INDEX planned_open ON public.planned_plannedoutage USING btree (starts_at, case_id) WHERE is_open;

CREATE INDEX planned_planneddevice_plan_id_f81f42a2 ON public.planned_planneddevice USING btree (plan_id);

CREATE INDEX planned_plannedoutage_account_id_06b55468 ON public.planned_plannedoutage USING btree (account_id);

CREATE INDEX planned_plannedwork_plan_id_a0c5e5f3 ON public.planned_plannedwork USING btree (plan_id);

CREATE INDEX planned_starts ON public.planned_plannedoutage USING btree (starts_at DESC, case_id DESC);

CREATE INDEX point_account ON public.customers_usagepoint USING btree (account_id, location_id);

CREATE INDEX point_area ON public.customers_usagepoint USING btree (area) WHERE (NOT ((area)::text = ''::text));

CREATE INDEX point_location ON public.customers_usagepoint USING btree (location_id, account_id);

CREATE INDEX portal_challenge_case_id_04aa7eaa ON public.portal_challenge USING btree (case_id);

CREATE INDEX portal_origin_receipt_89937c1d_like ON public.portal_origin USING btree (receipt varchar_pattern_ops);

CREATE INDEX portal_ratinglink_case_id_a845a3cf ON public.portal_ratinglink USING btree (case_id);

CREATE INDEX portal_ratinglink_token_91a52fe7_like ON public.portal_ratinglink USING btree (token varchar_pattern_ops);

CREATE INDEX portal_visit_case_id_c1d82f49 ON public.portal_visit USING btree (case_id);

CREATE INDEX portal_visit_token_8937c551_like ON public.portal_visit USING btree (token varchar_pattern_ops);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX reliability_linetold_device_id_71563eb5 ON public.reliability_linetold USING btree (device_id);

CREATE INDEX reliability_served_unit_id_8bec1e7c ON public.reliability_served USING btree (unit_id);

CREATE INDEX report_aside ON public.outages_outagereport USING btree (received_at) WHERE (((apart)::text = ANY ((ARRAY['again'::character varying, 'caller'::character varying, 'doubted'::character varying, 'late'::character varying])::text[])) AND (order_id IS NOT NULL) AND (outage_id IS NULL));

CREATE INDEX report_at ON public.outages_outagereport USING btree (at);

CREATE UNIQUE INDEX report_once_a_month ON public.reports_processreport USING btree (unit_id, month, person_id) NULLS NOT DISTINCT WHERE (supplements_id IS NULL);

CREATE INDEX report_unit_month ON public.reports_processreport USING btree (unit_id, month DESC);

CREATE INDEX report_waits ON public.outages_outagereport USING btree (id) WHERE (taken IS NULL);

CREATE INDEX report_wrong ON public.outages_outagereport USING btree (caller) WHERE found_wrong;

CREATE INDEX reports_processreport_number_21867322_like ON public.reports_processreport USING btree (number varchar_pattern_ops);

CREATE INDEX reports_processreport_supplements_id_00656478 ON public.reports_processreport USING btree (supplements_id);

CREATE INDEX reports_processreport_unit_id_45ebeee6 ON public.reports_processreport USING btree (unit_id);

CREATE INDEX rulebook_publication_published_by_id_97f58cfe ON public.rulebook_publication USING btree (published_by_id);

CREATE INDEX rulebook_publication_version_cff7856d_like ON public.rulebook_publication USING btree (version varchar_pattern_ops);

CREATE INDEX rulebook_to_amend ON public.rulebook_publication USING btree (starts_on) WHERE ((amended_at IS NULL) AND amends);

CREATE INDEX sampling_draw_unit_id_115e7506 ON public.sampling_draw USING btree (unit_id);

CREATE INDEX sampling_inspection_draw_id_25bc901c ON public.sampling_inspection USING btree (draw_id);

CREATE INDEX sampling_inspection_person_id_834357bd ON public.sampling_inspection USING btree (person_id);

CREATE INDEX satisfaction_entered_by_id_d9f742b7 ON public.satisfaction_entered USING btree (by_id);

CREATE INDEX satisfaction_entered_unit_id_d9723526 ON public.satisfaction_entered USING btree (unit_id);

CREATE INDEX score_points ON public.workorders_orderscore USING btree (points, order_id);

CREATE INDEX score_rating ON public.standing_score USING btree (rating, points DESC);

CREATE INDEX script_runs ON public.knowledge_scriptrun USING btree (script, started_at DESC);

CREATE UNIQUE INDEX sealed_source_once ON public.workorders_sealed USING btree (source, source_ref) WHERE (NOT ((source_ref)::text = ''::text));

CREATE INDEX shifts_item_handover_id_de2b71ef ON public.shifts_item USING btree (handover_id);

CREATE INDEX socialaccount_socialaccount_user_id_8146e70c ON public.socialaccount_socialaccount USING btree (user_id);

CREATE INDEX socialaccount_socialtoken_account_id_951f210e ON public.socialaccount_socialtoken USING btree (account_id);

CREATE INDEX socialaccount_socialtoken_app_id_636a42d7 ON public.socialaccount_socialtoken USING btree (app_id);

CREATE INDEX standing_integrityentry_customer_id_a1dd3583 ON public.standing_integrityentry USING btree (customer_id);

CREATE INDEX standing_managerperiod_customer_id_cff09e69 ON public.standing_managerperiod USING btree (customer_id);

CREATE INDEX standing_score_customer_id_c6ea48c1 ON public.standing_score USING btree (customer_id);

CREATE INDEX standing_tierperiod_customer_id_5a59c994 ON public.standing_tierperiod USING btree (customer_id);

CREATE INDEX subscription_account ON public.outagenotices_subscription USING btree (account_id) WHERE (ended_at IS NULL);

CREATE INDEX subscription_location ON public.outagenotices_subscription USING btree (location_id) WHERE (ended_at IS NULL);

CREATE INDEX subscription_owner ON public.outagenotices_subscription USING btree (owner, asked_at) WHERE (NOT ((owner)::text = ''::text));

CREATE INDEX subscription_place ON public.outagenotices_subscription USING btree (place_id) WHERE (ended_at IS NULL);

CREATE INDEX subscription_to ON public.outagenotices_subscription USING btree ("to", asked_at);

CREATE INDEX subscription_webhooks ON public.outagenotices_subscription USING btree (asked_at DESC) WHERE ((way)::text = 'webhook'::text);

CREATE UNIQUE INDEX supervision_once ON public.supervision_supervision USING btree (order_id, trigger) WHERE ((NOT ((trigger)::text = 'by_hand'::text)) AND (cleared_at IS NULL));

CREATE INDEX supervision_ordermark_by_id_68f6dad7 ON public.supervision_ordermark USING btree (by_id);

CREATE INDEX supervision_ordermark_order_id_5018474d ON public.supervision_ordermark USING btree (order_id);

CREATE INDEX supervision_supervision_order_id_4b899222 ON public.supervision_supervision USING btree (order_id);

CREATE UNIQUE INDEX switch_one_now ON public.grid_switchstate USING btree (device_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX tier_one_now ON public.standing_tierperiod USING btree (customer_id) WHERE (valid_to IS NULL);

CREATE INDEX track_changed ON public.tracking_track USING btree (month, at DESC);

CREATE INDEX track_ended ON public.tracking_track USING btree (ended_month) WHERE (ended_month IS NOT NULL);

CREATE INDEX track_look ON public.tracking_track USING btree (look_at) WHERE (look_at IS NOT NULL);

CREATE INDEX track_month ON public.tracking_track USING btree (month, unit_id);

CREATE INDEX track_open ON public.tracking_track USING btree (month) WHERE is_open;

CREATE INDEX track_stands ON public.tracking_track USING btree (stands_at, case_id) WHERE is_open;

CREATE INDEX transfer_ex_person__702a6e_idx ON public.transfer_exportrequest USING btree (person_id, id DESC);

CREATE INDEX transfer_ex_state_14597d_idx ON public.transfer_exportrequest USING btree (state, id DESC);

CREATE INDEX transfer_exportrequest_decided_by_id_f459ec41 ON public.transfer_exportrequest USING btree (decided_by_id);

CREATE INDEX transfer_exportrequest_person_id_35394c9d ON public.transfer_exportrequest USING btree (person_id);

CREATE INDEX transfer_exportrequest_unit_id_02bd759b ON public.transfer_exportrequest USING btree (unit_id);

CREATE INDEX transfer_im_person__8a89eb_idx ON public.transfer_importrun USING btree (person_id, id DESC);

CREATE INDEX transfer_im_run_id_1ded94_idx ON public.transfer_importchange USING btree (run_id, "row");

CREATE INDEX transfer_im_run_id_b39ff6_idx ON public.transfer_importproblem USING btree (run_id, "row");

CREATE INDEX transfer_importchange_run_id_775a22d4 ON public.transfer_importchange USING btree (run_id);

CREATE INDEX transfer_importedrow_run_id_4b4957c9 ON public.transfer_importedrow USING btree (run_id);

CREATE INDEX transfer_importfinding_run_id_35beca3c ON public.transfer_importfinding USING btree (run_id);

CREATE INDEX transfer_importproblem_run_id_f18e778a ON public.transfer_importproblem USING btree (run_id);

CREATE INDEX transfer_importrun_person_id_1074ee29 ON public.transfer_importrun USING btree (person_id);

CREATE INDEX ui_savedview_person_id_fc5d44f6 ON public.ui_savedview USING btree (person_id);

CREATE INDEX ui_savedview_shared_with_id_452897ea ON public.ui_savedview USING btree (shared_with_id);

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX unit_change_due ON public.units_unitchange USING btree (effective_on) WHERE ((applied_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX unit_lineage ON public.units_unit USING gin (lineage);

CREATE INDEX units_unit_code_edc843d3_like ON public.units_unit USING btree (code varchar_pattern_ops);

CREATE INDEX units_unit_parent_id_7bc80175 ON public.units_unit USING btree (parent_id);

CREATE INDEX units_unit_successor_id_d44b9d19 ON public.units_unit USING btree (successor_id);

CREATE INDEX units_unitchange_new_parent_id_c12967e3 ON public.units_unitchange USING btree (new_parent_id);

CREATE INDEX units_unitchange_old_parent_id_88d07a66 ON public.units_unitchange USING btree (old_parent_id);

CREATE INDEX units_unitchange_successor_id_71851d89 ON public.units_unitchange USING btree (successor_id);

CREATE INDEX units_unitchange_unit_id_31a0265e ON public.units_unitchange USING btree (unit_id);

CREATE INDEX view_shared ON public.ui_savedview USING btree (list_name, shared_with_id) WHERE (shared_with_id IS NOT NULL);

CREATE UNIQUE INDEX wanted_once ON public.hall_wanted USING btree (application_id, code) WHERE (met_at IS NULL);

CREATE INDEX workorders_callingnow_person_id_2cb51c86 ON public.workorders_callingnow USING btree (person_id);

CREATE INDEX workorders_callmade_case_id_a357d5be ON public.workorders_callmade USING btree (case_id);

CREATE INDEX workorders_dailytally_unit_id_db54a2c1 ON public.workorders_dailytally USING btree (unit_id);

CREATE INDEX workorders_judgement_order_id_4924d5a3 ON public.workorders_judgement USING btree (order_id);

CREATE INDEX workorders_named_order_id_057960a8 ON public.workorders_named USING btree (order_id);

CREATE INDEX workorders_orderpart_by_id_8a651cee ON public.workorders_orderpart USING btree (by_id);

CREATE INDEX workorders_workorder_number_b58a5b8f_like ON public.workorders_workorder USING btree (number varchar_pattern_ops);

CREATE INDEX workorders_workorder_registered_by_id_ab64c3de ON public.workorders_workorder USING btree (registered_by_id);

ALTER INDEX public.delivery_dead ATTACH PARTITION public.delivery_default_id_idx;

ALTER INDEX public.delivery_nudge ATTACH PARTITION public.delivery_default_nudge_at_idx;

ALTER INDEX public.delivery_pkey ATTACH PARTITION public.delivery_default_pkey;

ALTER INDEX public.delivery_open ATTACH PARTITION public.delivery_default_subscriber_key_event_id_idx;

ALTER INDEX public.event_unrelayed ATTACH PARTITION public.event_default_id_idx;

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_default_pkey;

ALTER INDEX public.grid_load_pkey ATTACH PARTITION public.grid_load_default_pkey;

ALTER INDEX public.grid_load_rate ATTACH PARTITION public.grid_load_default_rate_idx;

ALTER INDEX public.journal_entry_case ATTACH PARTITION public.journal_entry_default_case_id_id_idx;

ALTER INDEX public.journal_entry_pkey ATTACH PARTITION public.journal_entry_default_pkey;

ALTER INDEX public.journal_entry_stream ATTACH PARTITION public.journal_entry_default_stream_seq_idx;

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.assessment_ledgerentry FOR EACH ROW EXECUTE FUNCTION public.assessment_refuse();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.journal_block FOR EACH ROW EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.journal_entry FOR EACH ROW EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only BEFORE UPDATE ON public.journal_personal FOR EACH ROW EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.knowledge_version FOR EACH ROW EXECUTE FUNCTION public.knowledge_refuse();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.journal_block FOR EACH STATEMENT EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.journal_entry FOR EACH STATEMENT EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.journal_entry_default FOR EACH STATEMENT EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.journal_personal FOR EACH STATEMENT EXECUTE FUNCTION public.journal_refuse();

CREATE TRIGGER kept AFTER UPDATE OF unit_id ON public.customers_customeraccount FOR EACH ROW WHEN ((old.unit_id <> new.unit_id)) EXECUTE FUNCTION public.customers_account_kept();

CREATE TRIGGER kept AFTER UPDATE OF road_id, community_id ON public.customers_servicelocation FOR EACH ROW EXECUTE FUNCTION public.customers_location_kept();

CREATE TRIGGER kept BEFORE INSERT OR UPDATE OF agreement_id, location_id ON public.customers_usagepoint FOR EACH ROW EXECUTE FUNCTION public.customers_point_kept();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_by_id_e5cec5f4_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_case_id_9a35ab85_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_decided_by_again_id_f5882165_fk_people_pe FOREIGN KEY (decided_by_again_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_decided_by_id_bad3eeef_fk_people_person_id FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_appeal
    ADD CONSTRAINT assessment_appeal_entry_id_ec401586_fk_assessmen FOREIGN KEY (entry_id) REFERENCES public.assessment_ledgerentry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerent_reverses_id_510f714c_fk_assessmen FOREIGN KEY (reverses_id) REFERENCES public.assessment_ledgerentry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_by_id_74653156_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_case_id_b146a032_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_person_id_b4fce057_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.assessment_ledgerentry
    ADD CONSTRAINT assessment_ledgerentry_unit_id_088fc764_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_closed_by_id_b0c8911c_fk_people_person_id FOREIGN KEY (closed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_order_id_60c9f290_fk_casework_case_id FOREIGN KEY (order_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_posted_by_id_e45a2892_fk_people_person_id FOREIGN KEY (posted_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_proposed_by_id_7f90e27b_fk_people_person_id FOREIGN KEY (proposed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_bulletin
    ADD CONSTRAINT bulletins_bulletin_unit_id_80de0d7a_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_receipt
    ADD CONSTRAINT bulletins_receipt_bulletin_id_90bce595_fk_bulletins_bulletin_id FOREIGN KEY (bulletin_id) REFERENCES public.bulletins_bulletin(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_receipt
    ADD CONSTRAINT bulletins_receipt_person_id_fdc28e32_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_wording
    ADD CONSTRAINT bulletins_wording_bulletin_id_13f28df7_fk_bulletins_bulletin_id FOREIGN KEY (bulletin_id) REFERENCES public.bulletins_bulletin(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bulletins_wording
    ADD CONSTRAINT bulletins_wording_by_id_2219f0fe_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.calendars_calendarday
    ADD CONSTRAINT calendars_calendarda_calendar_id_e0032dfa_fk_calendars FOREIGN KEY (calendar_id) REFERENCES public.calendars_calendar(name) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_attachment
    ADD CONSTRAINT casework_attachment_by_id_626a1a3f_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_attachment
    ADD CONSTRAINT casework_attachment_case_id_92eda3b0_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_case
    ADD CONSTRAINT casework_case_opened_by_unit_id_55f128f6_fk_units_unit_id FOREIGN KEY (opened_by_unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_case
    ADD CONSTRAINT casework_case_owner_id_12e048c1_fk_people_person_id FOREIGN KEY (owner_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_case
    ADD CONSTRAINT casework_case_parent_id_a45a861e_fk_casework_case_id FOREIGN KEY (parent_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_case
    ADD CONSTRAINT casework_case_unit_id_4ccc6d40_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_caseclock
    ADD CONSTRAINT casework_caseclock_case_id_6264174a_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_caselink
    ADD CONSTRAINT casework_caselink_case_id_38e6ed97_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_caselink
    ADD CONSTRAINT casework_caselink_other_id_81f4d80c_fk_casework_case_id FOREIGN KEY (other_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_participant
    ADD CONSTRAINT casework_participant_case_id_d5362567_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_participant
    ADD CONSTRAINT casework_participant_person_id_e441f572_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.casework_participant
    ADD CONSTRAINT casework_participant_unit_id_6412be59_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chat_chat
    ADD CONSTRAINT chat_chat_contact_id_4335a938_fk_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chat_line
    ADD CONSTRAINT chat_line_chat_id_202f64c5_fk_chat_chat_contact_id FOREIGN KEY (chat_id) REFERENCES public.chat_chat(contact_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chat_line
    ADD CONSTRAINT chat_line_person_id_2809cfb9_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chat_presence
    ADD CONSTRAINT chat_presence_person_id_9a7fb0f0_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chat_proof
    ADD CONSTRAINT chat_proof_chat_id_3b13d030_fk_chat_chat_contact_id FOREIGN KEY (chat_id) REFERENCES public.chat_chat(contact_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_account_id_9a5698ce_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_customer_id_bc06dcda_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_owner_id_0103c1ee_fk_people_person_id FOREIGN KEY (owner_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contact
    ADD CONSTRAINT contacts_contact_unit_id_1bab1929_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contactorder
    ADD CONSTRAINT contacts_contactorde_contact_id_642976b1_fk_contacts_ FOREIGN KEY (contact_id) REFERENCES public.contacts_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contacts_contactorder
    ADD CONSTRAINT contacts_contactorder_case_id_35dda687_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_crew
    ADD CONSTRAINT crews_crew_lead_id_1d5a68c4_fk_people_person_id FOREIGN KEY (lead_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_crew_members
    ADD CONSTRAINT crews_crew_members_crew_id_172dd976_fk_crews_crew_id FOREIGN KEY (crew_id) REFERENCES public.crews_crew(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_crew_members
    ADD CONSTRAINT crews_crew_members_person_id_aa75d11f_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_crew
    ADD CONSTRAINT crews_crew_unit_id_8fe73e3d_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_duty
    ADD CONSTRAINT crews_duty_by_id_81f1b1fe_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_duty
    ADD CONSTRAINT crews_duty_crew_id_1c331911_fk_crews_crew_id FOREIGN KEY (crew_id) REFERENCES public.crews_crew(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_position
    ADD CONSTRAINT crews_position_by_id_a08bd7dc_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.crews_position
    ADD CONSTRAINT crews_position_crew_id_322073ea_fk_crews_crew_id FOREIGN KEY (crew_id) REFERENCES public.crews_crew(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_accountbill
    ADD CONSTRAINT customers_accountbil_account_id_8dc8033f_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_accountfacts
    ADD CONSTRAINT customers_accountfac_account_id_6129b047_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_accountparty
    ADD CONSTRAINT customers_accountpar_account_id_8515acf6_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_accountparty
    ADD CONSTRAINT customers_accountpar_customer_id_c2cae06e_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_by_id_517fc68e_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_contact_id_37be4d89_fk_customers FOREIGN KEY (contact_id) REFERENCES public.customers_contactpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_contactpoint
    ADD CONSTRAINT customers_contactpoi_customer_id_c5e90863_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_manager_id_3de7daeb_fk_people_person_id FOREIGN KEY (manager_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_merged_into_id_2994ddb6_fk_customers FOREIGN KEY (merged_into_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_unit_id_c3376e15_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customeraccount
    ADD CONSTRAINT customers_customeraccount_unit_id_c08152a1_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customeragreement
    ADD CONSTRAINT customers_customerag_account_id_95ca4a72_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customermerge
    ADD CONSTRAINT customers_customerme_gone_id_1bf31243_fk_customers FOREIGN KEY (gone_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customermerge
    ADD CONSTRAINT customers_customerme_kept_id_f0be05d8_fk_customers FOREIGN KEY (kept_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_customermerge
    ADD CONSTRAINT customers_customermerge_by_id_16a8e38a_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_meter
    ADD CONSTRAINT customers_meter_point_id_aa4b5123_fk_customers_usagepoint_id FOREIGN KEY (point_id) REFERENCES public.customers_usagepoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_placename
    ADD CONSTRAINT customers_placename_place_id_a5a0c704_fk_customers_place_id FOREIGN KEY (place_id) REFERENCES public.customers_place(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_servicelocation
    ADD CONSTRAINT customers_serviceloc_community_id_adff8358_fk_customers FOREIGN KEY (community_id) REFERENCES public.customers_place(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_servicelocation
    ADD CONSTRAINT customers_serviceloc_road_id_36d1f446_fk_customers FOREIGN KEY (road_id) REFERENCES public.customers_place(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_usagepoint
    ADD CONSTRAINT customers_usagepoint_account_id_8a84268e_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_usagepoint
    ADD CONSTRAINT customers_usagepoint_agreement_id_dab8979c_fk_customers FOREIGN KEY (agreement_id) REFERENCES public.customers_customeragreement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customers_usagepoint
    ADD CONSTRAINT customers_usagepoint_location_id_758ba240_fk_customers FOREIGN KEY (location_id) REFERENCES public.customers_servicelocation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafind_account_id_71bfc4b2_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafind_customer_id_40128d15_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafind_other_id_dfce82ad_fk_customers FOREIGN KEY (other_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafinding_by_id_427f9a6e_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dataquality_datafinding
    ADD CONSTRAINT dataquality_datafinding_case_id_455576cd_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.demo_deed
    ADD CONSTRAINT demo_deed_case_id_b3f21aa3_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.demo_deed
    ADD CONSTRAINT demo_deed_person_id_558edea5_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.demo_planned
    ADD CONSTRAINT demo_planned_case_id_2c363750_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.demo_play
    ADD CONSTRAINT demo_play_changed_by_id_a351f642_fk_people_person_id FOREIGN KEY (changed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.demo_storm
    ADD CONSTRAINT demo_storm_city_id_47f9a630_fk_units_unit_id FOREIGN KEY (city_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT desk_draft_person_id_9d53832e_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_scriptofcontact
    ADD CONSTRAINT desk_scriptofcontact_contact_id_865e424e_fk_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.desk_scriptofcontact
    ADD CONSTRAINT desk_scriptofcontact_run_id_5b71cabc_fk_knowledge_scriptrun_id FOREIGN KEY (run_id) REFERENCES public.knowledge_scriptrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_fieldsheet
    ADD CONSTRAINT field_fieldsheet_crew_id_d0955234_fk_people_person_id FOREIGN KEY (crew_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_fieldsheet
    ADD CONSTRAINT field_fieldsheet_made_by_id_df203ed4_fk_people_person_id FOREIGN KEY (made_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_fieldsheet
    ADD CONSTRAINT field_fieldsheet_unit_id_1f6bb8a0_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT field_sheetline_case_id_c3e10d76_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT field_sheetline_entered_by_id_0cce0774_fk_people_person_id FOREIGN KEY (entered_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.field_sheetline
    ADD CONSTRAINT field_sheetline_sheet_id_99e54e80_fk_field_fieldsheet_id FOREIGN KEY (sheet_id) REFERENCES public.field_fieldsheet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_griddevice
    ADD CONSTRAINT grid_griddevice_parent_id_f1ff41d3_fk_grid_griddevice_id FOREIGN KEY (parent_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_griddevice
    ADD CONSTRAINT grid_griddevice_unit_id_e0ed7a8a_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridfinding
    ADD CONSTRAINT grid_gridfinding_device_id_353db03c_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridformercode
    ADD CONSTRAINT grid_gridformercode_device_id_8720f68b_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridlink
    ADD CONSTRAINT grid_gridlink_device_id_23f63a47_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridpoint
    ADD CONSTRAINT grid_gridpoint_device_id_41d0dba6_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridpoint
    ADD CONSTRAINT grid_gridpoint_usage_point_id_a7473467_fk_customers FOREIGN KEY (usage_point_id) REFERENCES public.customers_usagepoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_gridversion
    ADD CONSTRAINT grid_gridversion_by_id_c52f67d2_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_switchstate
    ADD CONSTRAINT grid_switchstate_by_id_b41a5345_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.grid_switchstate
    ADD CONSTRAINT grid_switchstate_device_id_ff2fe70a_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_application
    ADD CONSTRAINT hall_application_account_id_d6739780_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_application
    ADD CONSTRAINT hall_application_case_id_8ee41c35_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_application
    ADD CONSTRAINT hall_application_customer_id_c9a4defb_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_account_id_126405c6_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_case_id_fed4f58d_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_customer_id_38df4655_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_appointment
    ADD CONSTRAINT hall_appointment_unit_id_3e978747_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_challenge
    ADD CONSTRAINT hall_challenge_account_id_fb6148b5_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_challenge
    ADD CONSTRAINT hall_challenge_customer_id_e53253dd_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_paper
    ADD CONSTRAINT hall_paper_application_id_6ef9ad6d_fk_hall_application_id FOREIGN KEY (application_id) REFERENCES public.hall_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_paper
    ADD CONSTRAINT hall_paper_attachment_id_60aa9b06_fk_casework_attachment_id FOREIGN KEY (attachment_id) REFERENCES public.casework_attachment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_phonechange
    ADD CONSTRAINT hall_phonechange_customer_id_60904522_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_phonechange
    ADD CONSTRAINT hall_phonechange_visit_id_1ce55894_fk_hall_visit_id FOREIGN KEY (visit_id) REFERENCES public.hall_visit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_visit
    ADD CONSTRAINT hall_visit_account_id_5f5c7086_fk_customers_customeraccount_id FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_visit
    ADD CONSTRAINT hall_visit_customer_id_fe52001e_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.hall_wanted
    ADD CONSTRAINT hall_wanted_application_id_7a754987_fk_hall_application_id FOREIGN KEY (application_id) REFERENCES public.hall_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.idempotency_answered
    ADD CONSTRAINT idempotency_answered_person_id_2621fe92_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.indicators_monthfigure
    ADD CONSTRAINT indicators_monthfigure_unit_id_7344662e_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_tierproposal
    ADD CONSTRAINT keyaccounts_tierprop_customer_id_f334a061_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_tierproposal
    ADD CONSTRAINT keyaccounts_tierprop_decided_by_id_0d71818a_fk_people_pe FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_tierproposal
    ADD CONSTRAINT keyaccounts_tierproposal_by_id_2d26769c_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_tierproposal
    ADD CONSTRAINT keyaccounts_tierproposal_case_id_75ff6fdd_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_by_id_119dba1f_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_case_id_35bd5adc_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_customer_id_18d27b55_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.keyaccounts_visit
    ADD CONSTRAINT keyaccounts_visit_order_id_5a7e1b4c_fk_casework_case_id FOREIGN KEY (order_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_knowledgeitem
    ADD CONSTRAINT knowledge_knowledgei_drafted_by_id_840bebdc_fk_people_pe FOREIGN KEY (drafted_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_knowledgeitem
    ADD CONSTRAINT knowledge_knowledgei_version_id_5ecc84e6_fk_knowledge FOREIGN KEY (version_id) REFERENCES public.knowledge_version(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_knowledgeitem
    ADD CONSTRAINT knowledge_knowledgeitem_case_id_39aa90bc_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_lawarticle
    ADD CONSTRAINT knowledge_lawarticle_law_id_ff7188f9_fk_knowledge_law_id FOREIGN KEY (law_id) REFERENCES public.knowledge_law(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_scriptrun
    ADD CONSTRAINT knowledge_scriptrun_person_id_5b69ca12_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_use
    ADD CONSTRAINT knowledge_use_item_id_b6131ec2_fk_knowledge FOREIGN KEY (item_id) REFERENCES public.knowledge_knowledgeitem(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_use
    ADD CONSTRAINT knowledge_use_person_id_6d39650b_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_version
    ADD CONSTRAINT knowledge_version_item_id_a6291de4_fk_knowledge FOREIGN KEY (item_id) REFERENCES public.knowledge_knowledgeitem(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_version
    ADD CONSTRAINT knowledge_version_reviewed_by_id_17a4f6f1_fk_people_person_id FOREIGN KEY (reviewed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.knowledge_version
    ADD CONSTRAINT knowledge_version_written_by_id_d37238ce_fk_people_person_id FOREIGN KEY (written_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_message
    ADD CONSTRAINT notices_message_person_id_f973f285_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_person_id_94368381_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_broadcast
    ADD CONSTRAINT outagenotices_broadcast_case_id_7f20c20c_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outage_broadcast_id_e2b16aa0_fk_outagenot FOREIGN KEY (broadcast_id) REFERENCES public.outagenotices_broadcast(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outage_contact_id_0ffd98eb_fk_customers FOREIGN KEY (contact_id) REFERENCES public.customers_contactpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outage_customer_id_fa999463_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outage_message_id_64fb9db6_fk_notices_m FOREIGN KEY (message_id) REFERENCES public.notices_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outage_subscription_id_73676fd6_fk_outagenot FOREIGN KEY (subscription_id) REFERENCES public.outagenotices_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_outagenotice
    ADD CONSTRAINT outagenotices_outagenotice_by_id_12a26b9c_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_subscription
    ADD CONSTRAINT outagenotices_subscr_account_id_cfa0c0f5_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_subscription
    ADD CONSTRAINT outagenotices_subscr_location_id_dc1ac5ba_fk_customers FOREIGN KEY (location_id) REFERENCES public.customers_servicelocation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_subscription
    ADD CONSTRAINT outagenotices_subscr_place_id_33ab5dfd_fk_customers FOREIGN KEY (place_id) REFERENCES public.customers_place(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outagenotices_subscription
    ADD CONSTRAINT outagenotices_subscription_by_id_a044f407_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_by_id_e6aaf792_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_case_id_ee74bee6_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_lead_id_7c6a878f_fk_casework_case_id FOREIGN KEY (lead_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_merged_into_id_62fc9165_fk_outages_o FOREIGN KEY (merged_into_id) REFERENCES public.outages_outage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outage
    ADD CONSTRAINT outages_outage_split_from_id_907e8874_fk_outages_outage_case_id FOREIGN KEY (split_from_id) REFERENCES public.outages_outage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outageact
    ADD CONSTRAINT outages_outageact_by_id_351f09de_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outageact
    ADD CONSTRAINT outages_outageact_outage_id_1d2273ba_fk_outages_outage_case_id FOREIGN KEY (outage_id) REFERENCES public.outages_outage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_by_id_13d49820_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_order_id_0ff69d76_fk_casework_case_id FOREIGN KEY (order_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_outage_id_307f3956_fk_outages_o FOREIGN KEY (outage_id) REFERENCES public.outages_outage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outagereport
    ADD CONSTRAINT outages_outagereport_unit_id_43a06063_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outageweather
    ADD CONSTRAINT outages_outageweather_by_id_0d321cdc_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outages_outageweather
    ADD CONSTRAINT outages_outageweather_unit_id_50fd28ad_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_apitoken
    ADD CONSTRAINT people_apitoken_person_id_3d2ada73_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_delegation
    ADD CONSTRAINT people_delegation_absent_id_77e98136_fk_people_person_id FOREIGN KEY (absent_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_delegation
    ADD CONSTRAINT people_delegation_delegate_id_c23c395c_fk_people_person_id FOREIGN KEY (delegate_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_passwordhistory
    ADD CONSTRAINT people_passwordhistory_person_id_eec18b55_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_person
    ADD CONSTRAINT people_person_unit_id_0a537c13_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_roleassignment
    ADD CONSTRAINT people_roleassignment_person_id_ebd07ebf_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_roleassignment
    ADD CONSTRAINT people_roleassignment_unit_id_be5e5546_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.people_signedin
    ADD CONSTRAINT people_signedin_person_id_b7de1939_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_affected
    ADD CONSTRAINT planned_affected_account_id_5bd6c133_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_affected
    ADD CONSTRAINT planned_affected_customer_id_66670a39_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_affected
    ADD CONSTRAINT planned_affected_plan_id_38505d15_fk_planned_p FOREIGN KEY (plan_id) REFERENCES public.planned_plannedoutage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_caretask
    ADD CONSTRAINT planned_caretask_by_id_69413c35_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_caretask
    ADD CONSTRAINT planned_caretask_customer_id_f232c53a_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_caretask
    ADD CONSTRAINT planned_caretask_plan_id_970e33c9_fk_planned_p FOREIGN KEY (plan_id) REFERENCES public.planned_plannedoutage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_count
    ADD CONSTRAINT planned_count_plan_id_84346bbd_fk_planned_plannedoutage_case_id FOREIGN KEY (plan_id) REFERENCES public.planned_plannedoutage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_planneddevice
    ADD CONSTRAINT planned_planneddevic_plan_id_f81f42a2_fk_planned_p FOREIGN KEY (plan_id) REFERENCES public.planned_plannedoutage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutag_account_id_06b55468_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutag_approved_by_id_9cd963c4_fk_people_pe FOREIGN KEY (approved_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutag_planned_by_id_8e178cd0_fk_people_pe FOREIGN KEY (planned_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutag_submitted_by_id_5077ca49_fk_people_pe FOREIGN KEY (submitted_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedoutage
    ADD CONSTRAINT planned_plannedoutage_case_id_185d1146_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedwork
    ADD CONSTRAINT planned_plannedwork_by_id_15337bdb_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.planned_plannedwork
    ADD CONSTRAINT planned_plannedwork_plan_id_a0c5e5f3_fk_planned_p FOREIGN KEY (plan_id) REFERENCES public.planned_plannedoutage(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.portal_challenge
    ADD CONSTRAINT portal_challenge_case_id_04aa7eaa_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.portal_origin
    ADD CONSTRAINT portal_origin_case_id_43aadbdf_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.portal_ratinglink
    ADD CONSTRAINT portal_ratinglink_case_id_a845a3cf_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.portal_visit
    ADD CONSTRAINT portal_visit_case_id_c1d82f49_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.reliability_improvement
    ADD CONSTRAINT reliability_improvem_approved_by_id_3c221ee7_fk_people_pe FOREIGN KEY (approved_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reliability_improvement
    ADD CONSTRAINT reliability_improvem_planned_by_id_c6ccd9af_fk_people_pe FOREIGN KEY (planned_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reliability_improvement
    ADD CONSTRAINT reliability_improvement_case_id_a0060777_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reliability_linetold
    ADD CONSTRAINT reliability_linetold_device_id_71563eb5_fk_grid_griddevice_id FOREIGN KEY (device_id) REFERENCES public.grid_griddevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reliability_served
    ADD CONSTRAINT reliability_served_unit_id_8bec1e7c_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processrepor_countersigned_by_id_7d7bbfc6_fk_people_pe FOREIGN KEY (countersigned_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processrepor_supplements_id_00656478_fk_reports_p FOREIGN KEY (supplements_id) REFERENCES public.reports_processreport(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_case_id_55813e17_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_person_id_4433161d_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_signed_by_id_e19957bc_fk_people_person_id FOREIGN KEY (signed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_processreport
    ADD CONSTRAINT reports_processreport_unit_id_45ebeee6_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.rulebook_publication
    ADD CONSTRAINT rulebook_publication_published_by_id_97f58cfe_fk_people_pe FOREIGN KEY (published_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_draw
    ADD CONSTRAINT sampling_draw_by_id_143d48cf_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_draw
    ADD CONSTRAINT sampling_draw_unit_id_115e7506_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_case_id_0272ab13_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_decided_by_id_cc5cec4e_fk_people_person_id FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_draw_id_25bc901c_fk_sampling_draw_id FOREIGN KEY (draw_id) REFERENCES public.sampling_draw(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_judged_by_id_bbdd110d_fk_people_person_id FOREIGN KEY (judged_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_objected_by_id_9f6345bf_fk_people_person_id FOREIGN KEY (objected_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_order_id_6ae5c8b5_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.sampling_inspection
    ADD CONSTRAINT sampling_inspection_person_id_834357bd_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.satisfaction_entered
    ADD CONSTRAINT satisfaction_entered_by_id_d9f742b7_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.satisfaction_entered
    ADD CONSTRAINT satisfaction_entered_unit_id_d9723526_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_handover
    ADD CONSTRAINT shifts_handover_case_id_949fb75b_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_handover
    ADD CONSTRAINT shifts_handover_handed_by_id_691af42c_fk_people_person_id FOREIGN KEY (handed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_handover
    ADD CONSTRAINT shifts_handover_prepared_by_id_17d172c0_fk_people_person_id FOREIGN KEY (prepared_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_handover
    ADD CONSTRAINT shifts_handover_signed_by_id_0ec85bed_fk_people_person_id FOREIGN KEY (signed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_item
    ADD CONSTRAINT shifts_item_handover_id_de2b71ef_fk_shifts_handover_case_id FOREIGN KEY (handover_id) REFERENCES public.shifts_handover(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_item
    ADD CONSTRAINT shifts_item_person_id_11892cb9_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.shifts_item
    ADD CONSTRAINT shifts_item_ref_id_3fdc46c5_fk_casework_case_id FOREIGN KEY (ref_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_account_id_951f210e_fk_socialacc FOREIGN KEY (account_id) REFERENCES public.socialaccount_socialaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_app_id_636a42d7_fk_socialacc FOREIGN KEY (app_id) REFERENCES public.socialaccount_socialapp(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_social_user_id_8146e70c_fk_people_pe FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_integrityentry
    ADD CONSTRAINT standing_integrityen_customer_id_a1dd3583_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_integrityentry
    ADD CONSTRAINT standing_integrityen_decided_by_id_c92b4c8f_fk_people_pe FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_integrityentry
    ADD CONSTRAINT standing_integrityen_entered_by_id_b0d3522b_fk_people_pe FOREIGN KEY (entered_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_integrityentry
    ADD CONSTRAINT standing_integrityen_objected_by_id_0afd4ddd_fk_people_pe FOREIGN KEY (objected_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_managerperiod
    ADD CONSTRAINT standing_managerperi_customer_id_cff09e69_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_managerperiod
    ADD CONSTRAINT standing_managerperiod_by_id_502b3481_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_managerperiod
    ADD CONSTRAINT standing_managerperiod_delegate_id_2cbc61d0_fk_people_person_id FOREIGN KEY (delegate_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_managerperiod
    ADD CONSTRAINT standing_managerperiod_manager_id_a33e4e96_fk_people_person_id FOREIGN KEY (manager_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_score
    ADD CONSTRAINT standing_score_customer_id_c6ea48c1_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_tierperiod
    ADD CONSTRAINT standing_tierperiod_by_id_c237a332_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.standing_tierperiod
    ADD CONSTRAINT standing_tierperiod_customer_id_5a59c994_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_ordermark
    ADD CONSTRAINT supervision_ordermar_order_id_5018474d_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_ordermark
    ADD CONSTRAINT supervision_ordermark_by_id_68f6dad7_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_answered_by_id_1e8e1146_fk_people_pe FOREIGN KEY (answered_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_decided_by_id_c9d3189e_fk_people_pe FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_noted_by_id_2c46f451_fk_people_pe FOREIGN KEY (noted_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_order_id_4b899222_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_second_by_id_f240c972_fk_people_pe FOREIGN KEY (second_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervis_supervised_id_65ad679a_fk_people_pe FOREIGN KEY (supervised_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervision_by_id_446029c9_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.supervision_supervision
    ADD CONSTRAINT supervision_supervision_case_id_9a718304_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_case_id_b763e288_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_fault_unit_id_d7febdb0_fk_units_unit_id FOREIGN KEY (fault_unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_handler_id_fd77b87c_fk_people_person_id FOREIGN KEY (handler_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_keeper_id_d79e2278_fk_people_person_id FOREIGN KEY (keeper_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracking_track
    ADD CONSTRAINT tracking_track_unit_id_d59d4132_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_exportrequest
    ADD CONSTRAINT transfer_exportreque_decided_by_id_f459ec41_fk_people_pe FOREIGN KEY (decided_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_exportrequest
    ADD CONSTRAINT transfer_exportrequest_person_id_35394c9d_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_exportrequest
    ADD CONSTRAINT transfer_exportrequest_unit_id_02bd759b_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_importchange
    ADD CONSTRAINT transfer_importchange_run_id_775a22d4_fk_transfer_importrun_id FOREIGN KEY (run_id) REFERENCES public.transfer_importrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_importedrow
    ADD CONSTRAINT transfer_importedrow_run_id_4b4957c9_fk_transfer_importrun_id FOREIGN KEY (run_id) REFERENCES public.transfer_importrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_importfinding
    ADD CONSTRAINT transfer_importfinding_run_id_35beca3c_fk_transfer_importrun_id FOREIGN KEY (run_id) REFERENCES public.transfer_importrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_importproblem
    ADD CONSTRAINT transfer_importproblem_run_id_f18e778a_fk_transfer_importrun_id FOREIGN KEY (run_id) REFERENCES public.transfer_importrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.transfer_importrun
    ADD CONSTRAINT transfer_importrun_person_id_1074ee29_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ui_savedview
    ADD CONSTRAINT ui_savedview_person_id_fc5d44f6_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ui_savedview
    ADD CONSTRAINT ui_savedview_shared_with_id_452897ea_fk_units_unit_id FOREIGN KEY (shared_with_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ui_seatstate
    ADD CONSTRAINT ui_seatstate_person_id_ae7a1801_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unit
    ADD CONSTRAINT units_unit_parent_id_7bc80175_fk_units_unit_id FOREIGN KEY (parent_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unit
    ADD CONSTRAINT units_unit_successor_id_d44b9d19_fk_units_unit_id FOREIGN KEY (successor_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unitchange
    ADD CONSTRAINT units_unitchange_new_parent_id_c12967e3_fk_units_unit_id FOREIGN KEY (new_parent_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unitchange
    ADD CONSTRAINT units_unitchange_old_parent_id_88d07a66_fk_units_unit_id FOREIGN KEY (old_parent_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unitchange
    ADD CONSTRAINT units_unitchange_successor_id_71851d89_fk_units_unit_id FOREIGN KEY (successor_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.units_unitchange
    ADD CONSTRAINT units_unitchange_unit_id_31a0265e_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_callingnow
    ADD CONSTRAINT workorders_callingnow_case_id_de0da163_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_callingnow
    ADD CONSTRAINT workorders_callingnow_person_id_2cb51c86_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_callmade
    ADD CONSTRAINT workorders_callmade_case_id_a357d5be_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_callmade
    ADD CONSTRAINT workorders_callmade_person_id_44919186_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_callmade
    ADD CONSTRAINT workorders_callmade_unit_id_25507869_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_dailytally
    ADD CONSTRAINT workorders_dailytally_unit_id_db54a2c1_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_evidence
    ADD CONSTRAINT workorders_evidence_attachment_id_1b70c58c_fk_casework_ FOREIGN KEY (attachment_id) REFERENCES public.casework_attachment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_evidence
    ADD CONSTRAINT workorders_evidence_by_id_0623598c_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_finding
    ADD CONSTRAINT workorders_finding_by_id_a6b89b4d_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_finding
    ADD CONSTRAINT workorders_finding_order_id_b6842b17_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_finding
    ADD CONSTRAINT workorders_finding_person_id_e1c1694b_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_finding
    ADD CONSTRAINT workorders_finding_unit_id_4c71a252_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_orderpart
    ADD CONSTRAINT workorders_jointpart_case_id_7ed382c0_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_judgement
    ADD CONSTRAINT workorders_judgement_by_id_569c11d1_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_judgement
    ADD CONSTRAINT workorders_judgement_order_id_4924d5a3_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_judgement
    ADD CONSTRAINT workorders_judgement_unit_id_b17521ac_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_named
    ADD CONSTRAINT workorders_named_by_id_558a0ab2_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_named
    ADD CONSTRAINT workorders_named_order_id_057960a8_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_named
    ADD CONSTRAINT workorders_named_person_id_7268425d_fk_people_person_id FOREIGN KEY (person_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_named
    ADD CONSTRAINT workorders_named_unit_id_b755bb58_fk_units_unit_id FOREIGN KEY (unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_orderpart
    ADD CONSTRAINT workorders_orderpart_by_id_8a651cee_fk_people_person_id FOREIGN KEY (by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_orderscore
    ADD CONSTRAINT workorders_orderscor_order_id_0667cbcd_fk_workorder FOREIGN KEY (order_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_sealed
    ADD CONSTRAINT workorders_sealed_case_id_20b76830_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_sealed
    ADD CONSTRAINT workorders_sealed_registered_by_id_8765c2df_fk_people_person_id FOREIGN KEY (registered_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_account_id_ed274b2e_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_customeraccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_case_id_4d2e3008_fk_casework_case_id FOREIGN KEY (case_id) REFERENCES public.casework_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_extension_by_id_5e814e98_fk_people_pe FOREIGN KEY (extension_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_graded_by_id_8a48b462_fk_people_person_id FOREIGN KEY (graded_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_inquirer_id_00efff5d_fk_people_person_id FOREIGN KEY (inquirer_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_keeper_asked_id_1ebad83b_fk_people_pe FOREIGN KEY (keeper_asked_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_keeper_id_e189a70a_fk_people_person_id FOREIGN KEY (keeper_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_merged_into_id_ee7b8da0_fk_workorder FOREIGN KEY (merged_into_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_registered_by_id_ab64c3de_fk_people_pe FOREIGN KEY (registered_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_repeat_of_id_2150c415_fk_workorder FOREIGN KEY (repeat_of_id) REFERENCES public.workorders_workorder(case_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_reviewed_by_id_4a124e36_fk_people_pe FOREIGN KEY (reviewed_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_settled_unit_id_125530bf_fk_units_unit_id FOREIGN KEY (settled_unit_id) REFERENCES public.units_unit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_suspension_by_id_ce99f6d9_fk_people_pe FOREIGN KEY (suspension_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.workorders_workorder
    ADD CONSTRAINT workorders_workorder_termination_by_id_88c29d84_fk_people_pe FOREIGN KEY (termination_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;
