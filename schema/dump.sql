CREATE TABLE `account` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `login` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `roles` tinyint(3) unsigned NOT NULL COMMENT 'bits of enum ROLE_ in shared/store/account.h',
  `inspector_id` bigint(20) unsigned DEFAULT NULL,
  `password_hash` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `failures` smallint(5) unsigned NOT NULL DEFAULT 0,
  `locked_until` datetime(3) DEFAULT NULL,
  `disabled` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `login` (`login`),
  KEY `account_department` (`department_id`),
  KEY `account_inspector` (`inspector_id`),
  CONSTRAINT `account_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `account_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `adjustment` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `campaign_id` int(10) unsigned NOT NULL,
  `section_id` bigint(20) unsigned NOT NULL,
  `visit` varchar(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `kind` enum('change','direct','substitute') NOT NULL,
  `state` enum('requested','approved','refused') NOT NULL,
  `leaver_id` bigint(20) unsigned DEFAULT NULL,
  `leaver_drawn` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'counts against R06',
  `wanted_id` bigint(20) unsigned DEFAULT NULL COMMENT 'assigned by hand instead of the next by the rule',
  `joiner_id` bigint(20) unsigned DEFAULT NULL,
  `source` enum('drawn','neighbour','direct') DEFAULT NULL COMMENT 'of the joiner',
  `ticket` binary(32) DEFAULT NULL,
  `reason` varchar(200) NOT NULL,
  `requested_by` bigint(20) unsigned NOT NULL,
  `requested_at` datetime(3) NOT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `decision_reason` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `campaign_state` (`campaign_id`,`state`,`id`),
  KEY `section_state` (`section_id`,`state`),
  KEY `adjustment_department` (`department_id`),
  KEY `adjustment_leaver` (`leaver_id`),
  KEY `adjustment_wanted` (`wanted_id`),
  KEY `adjustment_joiner` (`joiner_id`),
  KEY `adjustment_requested_by` (`requested_by`),
  KEY `adjustment_decided_by` (`decided_by`),
  CONSTRAINT `adjustment_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `adjustment_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `adjustment_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `adjustment_joiner` FOREIGN KEY (`joiner_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `adjustment_leaver` FOREIGN KEY (`leaver_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `adjustment_requested_by` FOREIGN KEY (`requested_by`) REFERENCES `account` (`id`),
  CONSTRAINT `adjustment_wanted` FOREIGN KEY (`wanted_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `assignment` (
  `section_id` bigint(20) unsigned NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `source` enum('drawn','neighbour','direct') NOT NULL,
  `reason` varchar(200) NOT NULL,
  `ticket` binary(32) NOT NULL,
  PRIMARY KEY (`section_id`,`inspector_id`),
  KEY `inspector` (`inspector_id`,`section_id`),
  CONSTRAINT `assignment_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `assignment_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `audit_chain` (
  `chain` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `hash` binary(32) NOT NULL,
  PRIMARY KEY (`chain`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `audit_event` (
  `chain` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `actor` varchar(80) NOT NULL,
  `remote` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `action` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `target` varchar(160) NOT NULL,
  `detail` text NOT NULL,
  `prev_hash` binary(32) NOT NULL,
  `hash` binary(32) NOT NULL,
  PRIMARY KEY (`chain`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `calendar_day` (
  `day` date NOT NULL,
  `kind` enum('off','work') NOT NULL,
  `name` varchar(30) NOT NULL,
  `notice_year` smallint(6) NOT NULL,
  `notice_url` varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `campaign` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(120) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'the initiating department',
  `rule` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `redraw_why` varchar(400) DEFAULT NULL COMMENT 'why plans are drawn again',
  `state` enum('open','committed','valued','drawn','revealed','abandoned') NOT NULL,
  `secret_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `committed_at` datetime(3) DEFAULT NULL,
  `public_value` varchar(400) DEFAULT NULL,
  `public_source` varchar(200) DEFAULT NULL,
  `witnesses` varchar(400) DEFAULT NULL,
  `valued_at` datetime(3) DEFAULT NULL,
  `seed` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `drawn_at` datetime(3) DEFAULT NULL,
  `secret` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `nonce` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `revealed_at` datetime(3) DEFAULT NULL,
  `abandoned_at` datetime(3) DEFAULT NULL,
  `abandoned_why` varchar(400) DEFAULT NULL,
  `guard` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `campaign_region` (`region_code`),
  KEY `campaign_department` (`department_id`),
  CONSTRAINT `campaign_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `campaign_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `campaign_secret` (
  `campaign_id` int(10) unsigned NOT NULL,
  `sealed` varbinary(160) NOT NULL,
  PRIMARY KEY (`campaign_id`),
  CONSTRAINT `campaign_secret_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `check_history` (
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `checked_on` date NOT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') NOT NULL,
  PRIMARY KEY (`code`,`department_id`,`checked_on`),
  KEY `checked_on` (`checked_on`),
  KEY `check_history_department` (`department_id`),
  CONSTRAINT `check_history_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `check_result` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `item_id` int(10) unsigned NOT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 0,
  `field_versions` varchar(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `result_code` varchar(2) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `problem` varchar(2000) DEFAULT NULL,
  `disposal` varchar(2000) DEFAULT NULL,
  `checklist_id` int(10) unsigned DEFAULT NULL COMMENT 'fixed at the planning',
  `answers` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `section_item` (`section_id`,`item_id`),
  KEY `check_result_item` (`item_id`),
  KEY `check_result_code` (`result_code`),
  KEY `check_result_checklist` (`checklist_id`),
  CONSTRAINT `check_result_checklist` FOREIGN KEY (`checklist_id`) REFERENCES `checklist` (`id`),
  CONSTRAINT `check_result_code` FOREIGN KEY (`result_code`) REFERENCES `result_code` (`code`),
  CONSTRAINT `check_result_item` FOREIGN KEY (`item_id`) REFERENCES `inspection_item` (`id`),
  CONSTRAINT `check_result_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `checklist` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `item_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` smallint(5) unsigned NOT NULL,
  `title` varchar(120) NOT NULL,
  `sha256` binary(32) NOT NULL COMMENT 'of body',
  `body` text NOT NULL COMMENT 'canonical JSON',
  `published_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `item_version` (`item_code`,`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `department` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(80) NOT NULL,
  `kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `level` enum('city','district') NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  UNIQUE KEY `kind_region` (`kind`,`region_code`),
  KEY `department_region` (`region_code`),
  CONSTRAINT `department_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `department_specialty` (
  `department_id` int(10) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`department_id`,`specialty`),
  KEY `department_specialty_specialty` (`specialty`),
  CONSTRAINT `department_specialty_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `department_specialty_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `device` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `name` varchar(60) NOT NULL,
  `public_key` binary(65) NOT NULL COMMENT 'ECDSA P-256, an uncompressed point',
  `state` enum('active','retired','lost') NOT NULL,
  `counter` bigint(20) unsigned NOT NULL COMMENT 'of its last acknowledged operation',
  `receipt` binary(32) NOT NULL COMMENT 'chained hash over its acknowledged operations',
  `token_salt` binary(32) NOT NULL,
  `generation` bigint(20) unsigned NOT NULL COMMENT 'of its tokens',
  `settled` tinyint(1) NOT NULL COMMENT 'a token of this generation was used: those before are not honoured any more',
  `access_hash` binary(32) NOT NULL,
  `access_expires_at` datetime(3) NOT NULL,
  `refresh_expires_at` datetime(3) NOT NULL,
  `enrolled_at` datetime(3) NOT NULL,
  `forked_at` datetime(3) DEFAULT NULL COMMENT 'when it was first seen that its data had been copied or restored',
  PRIMARY KEY (`id`),
  UNIQUE KEY `access_hash` (`access_hash`),
  KEY `inspector` (`inspector_id`),
  CONSTRAINT `device_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `device_clock` (
  `device_id` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL COMMENT 'of the server',
  `device_at` datetime(3) NOT NULL,
  `monotonic_ms` bigint(20) unsigned NOT NULL COMMENT 'since the device or its app started: nobody sets it',
  `gps_at` datetime(3) DEFAULT NULL,
  `offset_ms` bigint(20) NOT NULL COMMENT 'device_at - at, as the device is estimated to be ahead',
  PRIMARY KEY (`device_id`,`at`),
  CONSTRAINT `device_clock_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `name` varchar(120) NOT NULL,
  `refreshed_on` date NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `directory_department` (`department_id`),
  CONSTRAINT `directory_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory_departure` (
  `directory_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `import_id` bigint(20) unsigned NOT NULL,
  `left_on` date NOT NULL,
  PRIMARY KEY (`directory_id`,`subject_id`,`specialty`,`import_id`),
  KEY `directory_departure_subject` (`subject_id`),
  KEY `directory_departure_import` (`import_id`),
  CONSTRAINT `directory_departure_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`),
  CONSTRAINT `directory_departure_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`),
  CONSTRAINT `directory_departure_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory_entry` (
  `directory_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`directory_id`,`subject_id`,`specialty`),
  KEY `directory_entry_subject` (`subject_id`),
  KEY `directory_entry_specialty` (`specialty`),
  CONSTRAINT `directory_entry_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`),
  CONSTRAINT `directory_entry_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`),
  CONSTRAINT `directory_entry_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `door_record` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL COMMENT 'the operation that recorded it',
  `section_id` bigint(20) unsigned NOT NULL,
  `kind` enum('attendance','signature','sample') NOT NULL,
  `body` text NOT NULL COMMENT 'JSON as the feeds tell it',
  `device_id` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `written_off_at` datetime(3) DEFAULT NULL,
  `written_off_by` bigint(20) unsigned DEFAULT NULL,
  `written_off_why` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `section` (`section_id`,`id`),
  KEY `door_record_device` (`device_id`),
  KEY `door_record_written_off_by` (`written_off_by`),
  CONSTRAINT `door_record_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `door_record_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `door_record_written_off_by` FOREIGN KEY (`written_off_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `campaign_id` int(10) unsigned DEFAULT NULL COMMENT 'NULL: withdrawn',
  `plan_id` int(10) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `state` enum('open','frozen') NOT NULL,
  `frozen_at` datetime(3) DEFAULT NULL,
  `snapshot_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `snapshot_bytes` bigint(20) unsigned DEFAULT NULL,
  `snapshot_lines` int(10) unsigned DEFAULT NULL,
  `roster_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `roster_bytes` bigint(20) unsigned DEFAULT NULL,
  `roster_lines` int(10) unsigned DEFAULT NULL,
  `withdrawn_from` int(10) unsigned DEFAULT NULL,
  `withdrawn_at` datetime(3) DEFAULT NULL,
  `withdrawn_why` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `campaign` (`campaign_id`,`code`),
  KEY `draw_plan` (`plan_id`),
  KEY `draw_department` (`department_id`),
  KEY `draw_withdrawn_from` (`withdrawn_from`),
  CONSTRAINT `draw_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `draw_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `draw_plan` FOREIGN KEY (`plan_id`) REFERENCES `plan` (`id`),
  CONSTRAINT `draw_withdrawn_from` FOREIGN KEY (`withdrawn_from`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw_quota` (
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'REGION.SPECIALTY',
  `quota` int(10) unsigned NOT NULL,
  `eligible` int(10) unsigned NOT NULL,
  PRIMARY KEY (`draw_id`,`stratum`),
  CONSTRAINT `draw_quota_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw_result` (
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `position` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `selected` tinyint(1) NOT NULL,
  `score` binary(32) NOT NULL,
  PRIMARY KEY (`draw_id`,`stratum`,`position`),
  KEY `subject` (`subject_id`),
  CONSTRAINT `draw_result_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `draw_result_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `enrolment` (
  `code_hash` binary(32) NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `device_id` bigint(20) unsigned DEFAULT NULL COMMENT 'the device that used it',
  PRIMARY KEY (`code_hash`),
  KEY `expires` (`expires_at`),
  KEY `enrolment_inspector` (`inspector_id`),
  KEY `enrolment_device` (`device_id`),
  CONSTRAINT `enrolment_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `enrolment_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL COMMENT 'the operation that declared it',
  `section_id` bigint(20) unsigned NOT NULL,
  `check_result_id` bigint(20) unsigned DEFAULT NULL,
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `media_type` varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `taken_at` datetime(3) NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `verified_at` datetime(3) DEFAULT NULL COMMENT 'NULL: not yet',
  `kind` enum('photo','signature','document') NOT NULL DEFAULT 'photo',
  `written_off_at` datetime(3) DEFAULT NULL,
  `written_off_by` bigint(20) unsigned DEFAULT NULL,
  `written_off_why` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `section` (`section_id`),
  KEY `sha256` (`sha256`),
  KEY `evidence_check_result` (`check_result_id`),
  KEY `evidence_device` (`device_id`),
  KEY `evidence_written_off_by` (`written_off_by`),
  CONSTRAINT `evidence_check_result` FOREIGN KEY (`check_result_id`) REFERENCES `check_result` (`id`),
  CONSTRAINT `evidence_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `evidence_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `evidence_written_off_by` FOREIGN KEY (`written_off_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_blob` (
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `stored_at` datetime(3) DEFAULT NULL COMMENT 'NULL: its bytes are not here',
  `claims` int(10) unsigned NOT NULL DEFAULT 0,
  `exif_taken_at` datetime(3) DEFAULT NULL,
  `exif_lon` double DEFAULT NULL,
  `exif_lat` double DEFAULT NULL,
  PRIMARY KEY (`sha256`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_possession` (
  `sha256` binary(32) NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL COMMENT 'the first',
  `at` datetime(3) NOT NULL,
  PRIMARY KEY (`sha256`,`inspector_id`),
  KEY `evidence_possession_inspector` (`inspector_id`),
  KEY `evidence_possession_device` (`device_id`),
  CONSTRAINT `evidence_possession_blob` FOREIGN KEY (`sha256`) REFERENCES `evidence_blob` (`sha256`),
  CONSTRAINT `evidence_possession_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `evidence_possession_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_upload` (
  `id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `received` bigint(20) unsigned NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `metadata` varchar(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `expires` (`expires_at`),
  KEY `evidence_upload_device` (`device_id`),
  CONSTRAINT `evidence_upload_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_head` (
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `purged` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`kind`,`owner_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_item` (
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entity_id` bigint(20) unsigned NOT NULL,
  `version` int(10) unsigned NOT NULL,
  `deleted` tinyint(1) NOT NULL,
  `body` text NOT NULL,
  PRIMARY KEY (`kind`,`owner_id`,`seq`),
  UNIQUE KEY `entity` (`kind`,`owner_id`,`entity`,`entity_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_tombstone` (
  `gone_on` date NOT NULL,
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`gone_on`,`kind`,`owner_id`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `held_op` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL,
  `kind` enum('sealed','reassigned','deleted','rejected','deferred') NOT NULL,
  `state` enum('open','accepted','refused','settled') NOT NULL COMMENT 'settled: was deferred and took effect',
  `department_id` int(10) unsigned NOT NULL COMMENT 'whose desk it is on',
  `device_id` bigint(20) unsigned NOT NULL,
  `section_id` bigint(20) unsigned DEFAULT NULL COMMENT 'of an edit, unless it is gone',
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `entity_id` bigint(20) unsigned DEFAULT NULL,
  `fields` text DEFAULT NULL COMMENT 'of an edit, in canonical form, as an acceptance takes them',
  `at` datetime(3) NOT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `reason` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `desk` (`department_id`,`state`,`id`),
  KEY `section` (`section_id`,`state`),
  KEY `held_op_device` (`device_id`),
  KEY `held_op_decided_by` (`decided_by`),
  CONSTRAINT `held_op_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `held_op_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `held_op_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned DEFAULT NULL COMMENT 'NULL: by lianchactl',
  `directory_id` int(10) unsigned DEFAULT NULL COMMENT 'the only one that may change',
  `name` varchar(200) NOT NULL,
  `encoding` enum('UTF-8','GB18030') NOT NULL,
  `sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` enum('running','done','review','applied') NOT NULL,
  `last_line` int(10) unsigned NOT NULL DEFAULT 1,
  `accepted` int(10) unsigned NOT NULL DEFAULT 0,
  `created` int(10) unsigned NOT NULL DEFAULT 0,
  `changed` int(10) unsigned NOT NULL DEFAULT 0,
  `unchanged` int(10) unsigned NOT NULL DEFAULT 0,
  `flagged` int(10) unsigned NOT NULL DEFAULT 0,
  `refused` int(10) unsigned NOT NULL DEFAULT 0,
  `started_at` datetime(3) NOT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `content` (`sha256`,`kind`,`state`),
  KEY `import_department` (`department_id`),
  KEY `import_directory` (`directory_id`),
  CONSTRAINT `import_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `import_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_change` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` enum('new','changed','merged','vanished') NOT NULL,
  `name` varchar(120) NOT NULL,
  `fields` set('name','type','address','region','location','state','credit_class','key','complaints','specialties','verified_on','synthetic') NOT NULL,
  PRIMARY KEY (`import_id`,`code`),
  KEY `kind` (`import_id`,`kind`,`code`),
  CONSTRAINT `import_change_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_entry` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`import_id`,`code`,`specialty`),
  KEY `import_entry_specialty` (`specialty`),
  CONSTRAINT `import_entry_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`),
  CONSTRAINT `import_entry_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_line` (
  `import_id` bigint(20) unsigned NOT NULL,
  `line` int(10) unsigned NOT NULL,
  `refused` tinyint(1) NOT NULL,
  `field` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `code` varchar(64) NOT NULL,
  `reason` varchar(400) NOT NULL,
  PRIMARY KEY (`import_id`,`line`),
  CONSTRAINT `import_line_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_subject` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `former_code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `code_flagged` tinyint(1) NOT NULL,
  `name` varchar(120) NOT NULL,
  `type` varchar(40) NOT NULL,
  `address` varchar(200) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `state` enum('open','closed') NOT NULL,
  `credit_class` enum('A','B','C','D') NOT NULL,
  `is_key` tinyint(1) NOT NULL,
  `complaints` smallint(5) unsigned NOT NULL,
  `verified_on` date NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  PRIMARY KEY (`import_id`,`code`),
  KEY `former` (`import_id`,`former_code`),
  CONSTRAINT `import_subject_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspection_item` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` smallint(5) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(120) NOT NULL,
  `category` enum('general','key') NOT NULL,
  `method` enum('onsite','written','network','entrusted') NOT NULL,
  `legal_basis` varchar(300) NOT NULL,
  `content` varchar(1000) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code_version` (`code`,`version`),
  KEY `specialty` (`specialty`),
  CONSTRAINT `inspection_item_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `card_no` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `card_expires_on` date NOT NULL,
  `on_duty` tinyint(1) NOT NULL,
  `max_daily` smallint(5) unsigned NOT NULL,
  `max_total` smallint(5) unsigned NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `card_no` (`card_no`),
  KEY `department` (`department_id`),
  CONSTRAINT `inspector_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_area` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`inspector_id`,`region_code`),
  KEY `inspector_area_region` (`region_code`),
  CONSTRAINT `inspector_area_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_area_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_draw` (
  `campaign_id` int(10) unsigned NOT NULL,
  `made_at` datetime(3) NOT NULL,
  `window_last` date NOT NULL,
  `working_days` smallint(5) unsigned NOT NULL,
  `inspectors` int(10) unsigned NOT NULL COMMENT 'different ones who were drawn, neighbours included',
  PRIMARY KEY (`campaign_id`),
  CONSTRAINT `inspector_draw_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_recusal` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `reason` varchar(200) NOT NULL,
  `declared_at` datetime(3) DEFAULT NULL,
  `declared_by` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`inspector_id`,`subject_id`),
  KEY `inspector_recusal_subject` (`subject_id`),
  KEY `inspector_recusal_declared_by` (`declared_by`),
  CONSTRAINT `inspector_recusal_declared_by` FOREIGN KEY (`declared_by`) REFERENCES `account` (`id`),
  CONSTRAINT `inspector_recusal_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_recusal_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_specialty` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`inspector_id`,`specialty`),
  KEY `inspector_specialty_specialty` (`specialty`),
  CONSTRAINT `inspector_specialty_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_specialty_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `listing` (
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `list` enum('abnormal','serious') NOT NULL COMMENT '经营异常名录, 严重违法失信名单',
  `listed_on` date NOT NULL,
  `removed_on` date DEFAULT NULL COMMENT 'no longer on the list from this day',
  `authority` varchar(120) NOT NULL,
  `reason` varchar(400) NOT NULL,
  PRIMARY KEY (`code`,`list`,`listed_on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `match_part` (
  `campaign_id` int(10) unsigned NOT NULL,
  `name` enum('inspectors','visits','teams','differences') NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`campaign_id`,`name`,`part`),
  CONSTRAINT `match_part_draw` FOREIGN KEY (`campaign_id`) REFERENCES `inspector_draw` (`campaign_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `outbox` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `publication_id` bigint(20) unsigned NOT NULL,
  `target` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `body` mediumtext NOT NULL,
  `state` enum('ready','uncertain','accepted','rejected') NOT NULL,
  `attempts` int(10) unsigned NOT NULL DEFAULT 0,
  `next_at` datetime(3) NOT NULL,
  `lease_until` datetime(3) DEFAULT NULL COMMENT 'a pusher is at it until then',
  `receipt` varchar(80) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `accepted_at` datetime(3) DEFAULT NULL,
  `last_error` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `message_id` (`message_id`),
  UNIQUE KEY `publication_target` (`publication_id`,`target`),
  KEY `due` (`target`,`state`,`next_at`),
  CONSTRAINT `outbox_publication` FOREIGN KEY (`publication_id`) REFERENCES `publication` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `penalty` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `decision_no` varchar(60) NOT NULL,
  `act_type` varchar(200) NOT NULL,
  `content` varchar(1000) NOT NULL,
  `authority` varchar(80) NOT NULL,
  `decided_on` date NOT NULL,
  `entered_by` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `decision_no` (`decision_no`),
  KEY `section` (`section_id`),
  KEY `penalty_entered_by` (`entered_by`),
  CONSTRAINT `penalty_entered_by` FOREIGN KEY (`entered_by`) REFERENCES `account` (`id`),
  CONSTRAINT `penalty_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `plan` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` char(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `directory_id` int(10) unsigned NOT NULL,
  `name` varchar(120) NOT NULL,
  `ends_on` date NOT NULL,
  `items` enum('general','key') NOT NULL DEFAULT 'general',
  `state` enum('draft','filed') NOT NULL,
  `table_csv` mediumtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `department` (`department_id`),
  KEY `plan_directory` (`directory_id`),
  CONSTRAINT `plan_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `plan_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `plan_quota` (
  `plan_id` int(10) unsigned NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `quota` int(10) unsigned NOT NULL,
  `source` varchar(130) NOT NULL,
  PRIMARY KEY (`plan_id`,`region_code`,`specialty`),
  KEY `plan_quota_region` (`region_code`),
  KEY `plan_quota_specialty` (`specialty`),
  CONSTRAINT `plan_quota_plan` FOREIGN KEY (`plan_id`) REFERENCES `plan` (`id`),
  CONSTRAINT `plan_quota_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`),
  CONSTRAINT `plan_quota_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `visit`,
 NULL AS `department`,
 NULL AS `kind`,
 NULL AS `leaver`,
 NULL AS `joiner`,
 NULL AS `source`,
 NULL AS `ticket` */;
 NULL AS `id`,
 NULL AS `code`,
 NULL AS `name`,
 NULL AS `region_code`,
 NULL AS `department_name`,
 NULL AS `rule`,
 NULL AS `state`,
 NULL AS `redraw_why`,
 NULL AS `secret_hash`,
 NULL AS `committed_at`,
 NULL AS `public_value`,
 NULL AS `public_source`,
 NULL AS `witnesses`,
 NULL AS `valued_at`,
 NULL AS `seed`,
 NULL AS `drawn_at`,
 NULL AS `secret`,
 NULL AS `nonce`,
 NULL AS `revealed_at`,
 NULL AS `abandoned_at`,
 NULL AS `abandoned_why` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `id`,
 NULL AS `code`,
 NULL AS `campaign_id`,
 NULL AS `plan_code`,
 NULL AS `plan_name`,
 NULL AS `department_name`,
 NULL AS `frozen_at`,
 NULL AS `snapshot_sha256`,
 NULL AS `snapshot_bytes`,
 NULL AS `snapshot_lines`,
 NULL AS `roster_sha256`,
 NULL AS `roster_bytes`,
 NULL AS `roster_lines` */;
 NULL AS `draw_id`,
 NULL AS `stratum`,
 NULL AS `quota`,
 NULL AS `eligible` */;
 NULL AS `draw_id`,
 NULL AS `stratum`,
 NULL AS `position`,
 NULL AS `subject_code`,
 NULL AS `subject_name`,
 NULL AS `selected`,
 NULL AS `score` */;
 NULL AS `campaign_id`,
 NULL AS `name`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `id`,
 NULL AS `kind`,
 NULL AS `published_at`,
 NULL AS `due_on`,
 NULL AS `subject_code`,
 NULL AS `subject_name`,
 NULL AS `department_name`,
 NULL AS `region_code`,
 NULL AS `region_name`,
 NULL AS `checked_on`,
 NULL AS `result_class`,
 NULL AS `payload`,
 NULL AS `payload_hash` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `draw`,
 NULL AS `stratum`,
 NULL AS `subject`,
 NULL AS `substitute`,
 NULL AS `position`,
 NULL AS `reason` */;
CREATE TABLE `publication` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `kind` enum('inspection','penalty') NOT NULL,
  `penalty_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `trigger_on` date NOT NULL,
  `due_on` date NOT NULL,
  `provisional` tinyint(1) NOT NULL COMMENT 'due_on lies in a year without a holiday notice',
  `state` enum('due','published','withheld','retracted') NOT NULL,
  `published_at` datetime(3) DEFAULT NULL,
  `subject_code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `subject_name` varchar(120) DEFAULT NULL,
  `department_name` varchar(80) DEFAULT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `checked_on` date DEFAULT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  `payload` mediumtext DEFAULT NULL,
  `payload_hash` binary(32) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `source` (`section_id`,`kind`,`penalty_id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `state` (`state`,`id`),
  KEY `subject_code` (`subject_code`),
  CONSTRAINT `publication_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `publication_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `region` (
  `code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `parent` char(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `level` enum('city','district') NOT NULL,
  PRIMARY KEY (`code`),
  KEY `region_parent` (`parent`),
  CONSTRAINT `region_parent` FOREIGN KEY (`parent`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `result_code` (
  `code` varchar(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(80) NOT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  PRIMARY KEY (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `result_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `selected` int(10) unsigned NOT NULL COMMENT 'lines of that kind in this piece …',
  `reserves` int(10) unsigned NOT NULL COMMENT '… and of the other',
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `result_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `roster_change` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `campaign_id` int(10) unsigned NOT NULL,
  `card_no` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `field` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `used` text CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `cause` enum('left','absent','card','duty','correction') NOT NULL,
  `reason` varchar(200) NOT NULL,
  `said_by` bigint(20) unsigned NOT NULL,
  `said_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `campaign` (`campaign_id`,`id`),
  KEY `roster_change_said_by` (`said_by`),
  CONSTRAINT `roster_change_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `roster_change_said_by` FOREIGN KEY (`said_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `roster_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `roster_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `rule` (
  `name` varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `region` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `effective_from` date NOT NULL,
  `value` int(11) NOT NULL,
  `source` varchar(120) NOT NULL,
  PRIMARY KEY (`name`,`region`,`effective_from`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `schema_migration` (
  `version` smallint(5) unsigned NOT NULL,
  `name` varchar(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `applied_at` datetime(3) DEFAULT NULL COMMENT 'NULL: begun, and not known to have ended',
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `section` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `visit_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `state` enum('open','signed','returned','accepted') NOT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 0,
  `field_versions` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `arrived_at` datetime(3) DEFAULT NULL,
  `left_at` datetime(3) DEFAULT NULL,
  `note` varchar(2000) DEFAULT NULL,
  `conflicts` smallint(5) unsigned NOT NULL DEFAULT 0 COMMENT 'unresolved, of the whole section',
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  `signed_by` bigint(20) unsigned DEFAULT NULL,
  `signed_at` datetime(3) DEFAULT NULL,
  `reviewed_by` bigint(20) unsigned DEFAULT NULL,
  `reviewed_at` datetime(3) DEFAULT NULL,
  `review_reason` varchar(400) DEFAULT NULL,
  `opinion` varchar(2000) DEFAULT NULL,
  `statement` varchar(2000) DEFAULT NULL COMMENT 'what the enterprise says to it',
  `attendance_reason` varchar(200) DEFAULT NULL COMMENT 'why fewer inspectors attended (R33)',
  `attended` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `visit_department` (`visit_id`,`department_id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `section_signed_by` (`signed_by`),
  KEY `section_reviewed_by` (`reviewed_by`),
  CONSTRAINT `section_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `section_reviewed_by` FOREIGN KEY (`reviewed_by`) REFERENCES `account` (`id`),
  CONSTRAINT `section_signed_by` FOREIGN KEY (`signed_by`) REFERENCES `inspector` (`id`),
  CONSTRAINT `section_visit` FOREIGN KEY (`visit_id`) REFERENCES `visit` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `session` (
  `token_hash` binary(32) NOT NULL,
  `account_id` bigint(20) unsigned NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `remote` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `account` (`account_id`),
  KEY `expires` (`expires_at`),
  CONSTRAINT `session_account` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `snapshot_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `snapshot_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `specialty` (
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `protected` tinyint(1) NOT NULL,
  `position` smallint(5) unsigned NOT NULL,
  PRIMARY KEY (`code`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `code_flagged` tinyint(1) NOT NULL,
  `name` varchar(120) NOT NULL,
  `type` varchar(40) NOT NULL,
  `address` varchar(200) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `state` enum('open','closed') NOT NULL,
  `credit_class` enum('A','B','C','D') NOT NULL,
  `is_key` tinyint(1) NOT NULL,
  `complaints` smallint(5) unsigned NOT NULL,
  `verified_on` date NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  `merged_into` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `region` (`region_code`),
  KEY `subject_merged` (`merged_into`),
  CONSTRAINT `subject_merged` FOREIGN KEY (`merged_into`) REFERENCES `subject` (`id`),
  CONSTRAINT `subject_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `substitute` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `substitute_id` bigint(20) unsigned NOT NULL,
  `position` int(10) unsigned NOT NULL COMMENT 'of the reserve in its stratum',
  `reason` varchar(200) NOT NULL,
  `made_by` bigint(20) unsigned NOT NULL,
  `made_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `subject` (`draw_id`,`stratum`,`subject_id`),
  UNIQUE KEY `substitute` (`draw_id`,`stratum`,`substitute_id`),
  KEY `substitute_subject` (`subject_id`),
  KEY `substitute_substitute` (`substitute_id`),
  KEY `substitute_made_by` (`made_by`),
  CONSTRAINT `substitute_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `substitute_made_by` FOREIGN KEY (`made_by`) REFERENCES `account` (`id`),
  CONSTRAINT `substitute_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`),
  CONSTRAINT `substitute_substitute` FOREIGN KEY (`substitute_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_conflict` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entity_id` bigint(20) unsigned NOT NULL,
  `field` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kept` varchar(2000) DEFAULT NULL,
  `other` varchar(2000) DEFAULT NULL,
  `op_id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `resolved_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_field` (`op_id`,`field`),
  KEY `section` (`section_id`),
  CONSTRAINT `sync_conflict_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_epoch` (
  `id` tinyint(3) unsigned NOT NULL,
  `epoch` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `shared` bigint(20) unsigned NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_op` (
  `op_id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `counter` bigint(20) unsigned NOT NULL,
  `body_hash` binary(32) NOT NULL,
  `outcome` enum('applied','merged','conflict','deferred','rejected') NOT NULL,
  `result` text NOT NULL COMMENT 'the outcome object as it was sent',
  `body` mediumtext DEFAULT NULL COMMENT 'kept for the desk when it was not simply applied',
  `at` datetime(3) NOT NULL,
  PRIMARY KEY (`op_id`),
  UNIQUE KEY `device_counter` (`device_id`,`counter`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `task` (
  `draw_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `section_id` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`draw_id`,`subject_id`,`specialty`),
  KEY `section` (`section_id`),
  KEY `task_subject` (`subject_id`),
  CONSTRAINT `task_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `task_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `task_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `visit` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `campaign_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `lead_department_id` int(10) unsigned NOT NULL,
  `planned_on` date DEFAULT NULL,
  `state` enum('planned','dispatched') NOT NULL,
  `door_code` char(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  UNIQUE KEY `campaign_subject` (`campaign_id`,`subject_id`),
  KEY `visit_subject` (`subject_id`),
  KEY `visit_lead` (`lead_department_id`),
  CONSTRAINT `visit_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `visit_lead` FOREIGN KEY (`lead_department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `visit_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
VIEW public_adjustment AS select `a`.`id` AS `id`,`a`.`campaign_id` AS `campaign_id`,`a`.`visit` AS `visit`,`d`.`code` AS `department`,`a`.`kind` AS `kind`,`l`.`card_no` AS `leaver`,`j`.`card_no` AS `joiner`,`a`.`source` AS `source`,`a`.`ticket` AS `ticket` from ((((`liancha`.`adjustment` `a` join `liancha`.`campaign` `c` on(`c`.`id` = `a`.`campaign_id`)) join `liancha`.`department` `d` on(`d`.`id` = `a`.`department_id`)) left join `liancha`.`inspector` `l` on(`l`.`id` = `a`.`leaver_id`)) left join `liancha`.`inspector` `j` on(`j`.`id` = `a`.`joiner_id`)) where `c`.`state` = 'revealed' and `a`.`state` = 'approved'
VIEW public_campaign AS select `c`.`id` AS `id`,`c`.`code` AS `code`,`c`.`name` AS `name`,`c`.`region_code` AS `region_code`,`d`.`name` AS `department_name`,`c`.`rule` AS `rule`,`c`.`state` AS `state`,`c`.`redraw_why` AS `redraw_why`,`c`.`secret_hash` AS `secret_hash`,`c`.`committed_at` AS `committed_at`,`c`.`public_value` AS `public_value`,`c`.`public_source` AS `public_source`,`c`.`witnesses` AS `witnesses`,`c`.`valued_at` AS `valued_at`,`c`.`seed` AS `seed`,`c`.`drawn_at` AS `drawn_at`,`c`.`secret` AS `secret`,`c`.`nonce` AS `nonce`,`c`.`revealed_at` AS `revealed_at`,`c`.`abandoned_at` AS `abandoned_at`,`c`.`abandoned_why` AS `abandoned_why` from (`liancha`.`campaign` `c` join `liancha`.`department` `d` on(`d`.`id` = `c`.`department_id`)) where `c`.`state` <> 'open'
VIEW public_department AS select `d`.`code` AS `code`,`d`.`name` AS `name` from `liancha`.`department` `d`
VIEW public_draw AS select `w`.`id` AS `id`,`w`.`code` AS `code`,`w`.`campaign_id` AS `campaign_id`,`p`.`code` AS `plan_code`,`p`.`name` AS `plan_name`,`d`.`name` AS `department_name`,`w`.`frozen_at` AS `frozen_at`,`w`.`snapshot_sha256` AS `snapshot_sha256`,`w`.`snapshot_bytes` AS `snapshot_bytes`,`w`.`snapshot_lines` AS `snapshot_lines`,`w`.`roster_sha256` AS `roster_sha256`,`w`.`roster_bytes` AS `roster_bytes`,`w`.`roster_lines` AS `roster_lines` from (((`liancha`.`draw` `w` join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`plan` `p` on(`p`.`id` = `w`.`plan_id`)) join `liancha`.`department` `d` on(`d`.`id` = `w`.`department_id`)) where `c`.`state` <> 'open' and `w`.`state` = 'frozen'
VIEW public_draw_quota AS select `q`.`draw_id` AS `draw_id`,`q`.`stratum` AS `stratum`,`q`.`quota` AS `quota`,`q`.`eligible` AS `eligible` from ((`liancha`.`draw_quota` `q` join `liancha`.`draw` `w` on(`w`.`id` = `q`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` <> 'open'
VIEW public_draw_result AS select `r`.`draw_id` AS `draw_id`,`r`.`stratum` AS `stratum`,`r`.`position` AS `position`,`s`.`code` AS `subject_code`,`s`.`name` AS `subject_name`,`r`.`selected` AS `selected`,`r`.`score` AS `score` from (((`liancha`.`draw_result` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`subject` `s` on(`s`.`id` = `r`.`subject_id`)) where `c`.`state` = 'revealed'
VIEW public_match_part AS select `m`.`campaign_id` AS `campaign_id`,`m`.`name` AS `name`,`m`.`part` AS `part`,`m`.`body` AS `body` from (`liancha`.`match_part` `m` join `liancha`.`campaign` `c` on(`c`.`id` = `m`.`campaign_id`)) where `c`.`state` = 'revealed'
VIEW public_publication AS select `p`.`id` AS `id`,`p`.`kind` AS `kind`,`p`.`published_at` AS `published_at`,`p`.`due_on` AS `due_on`,`p`.`subject_code` AS `subject_code`,`p`.`subject_name` AS `subject_name`,`p`.`department_name` AS `department_name`,`p`.`region_code` AS `region_code`,`r`.`name` AS `region_name`,`p`.`checked_on` AS `checked_on`,`p`.`result_class` AS `result_class`,`p`.`payload` AS `payload`,`p`.`payload_hash` AS `payload_hash` from (`liancha`.`publication` `p` join `liancha`.`region` `r` on(`r`.`code` = `p`.`region_code`)) where `p`.`state` = 'published'
VIEW public_region AS select `r`.`code` AS `code`,`r`.`name` AS `name` from `liancha`.`region` `r`
VIEW public_result_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`result_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` = 'revealed'
VIEW public_roster_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`roster_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` = 'revealed'
VIEW public_snapshot_part AS select `s`.`draw_id` AS `draw_id`,`s`.`part` AS `part`,`s`.`body` AS `body` from ((`liancha`.`snapshot_part` `s` join `liancha`.`draw` `w` on(`w`.`id` = `s`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` = 'revealed'
VIEW public_specialty AS select `s`.`code` AS `code`,`s`.`name` AS `name` from `liancha`.`specialty` `s`
VIEW public_substitute AS select `x`.`id` AS `id`,`w`.`campaign_id` AS `campaign_id`,`w`.`code` AS `draw`,`x`.`stratum` AS `stratum`,`o`.`code` AS `subject`,`s`.`code` AS `substitute`,`x`.`position` AS `position`,`x`.`reason` AS `reason` from ((((`liancha`.`substitute` `x` join `liancha`.`draw` `w` on(`w`.`id` = `x`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`subject` `o` on(`o`.`id` = `x`.`subject_id`)) join `liancha`.`subject` `s` on(`s`.`id` = `x`.`substitute_id`)) where `c`.`state` = 'revealed'
